/** Draws typed keys before the host has echoed them: the predictor's overlay over the terminal, never in it. */
import type { Terminal } from "@xterm/xterm";
import { type GuessedCell, type PredictMode, Predictor } from "../../../session/predict/predictor.ts";
import type { ScreenView } from "../../../session/predict/guess.ts";
import { screenView } from "../../../session/render/screen_view.ts";
import type { Emulator } from "../../../session/emulator/xterm_internals.ts";
import { cellOf } from "./fit.ts";
import { make } from "../dom/elements.ts";
import { FONT } from "./terminal.ts";

/** Draws the guesses over the terminal's cells. */
export class GuessOverlay {
  readonly #layer = make("div", { className: "guesses", ariaHidden: "true" });
  readonly #view: ScreenView;
  #predictor: Predictor;
  #effect = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #shown = "";

  /** @param srtt the smoothed round trip in ms */
  constructor(
    private readonly terminal: Terminal,
    private readonly emulator: Emulator,
    mode: PredictMode,
    private readonly srtt: () => number,
  ) {
    this.#predictor = new Predictor(mode);
    this.#view = screenView(emulator);
    terminal.element?.querySelector(".xterm-screen")?.append(this.#layer);
    terminal.onScroll(() => this.#draw());
    terminal.onRender(() => this.#draw());
  }

  set mode(mode: PredictMode) {
    this.#predictor = new Predictor(mode);
    this.#draw();
  }

  get counts(): { readonly right: number; readonly wrong: number } {
    return this.#predictor.counts;
  }

  /** A key was typed; `end` is its offset in the input. */
  typed(bytes: Uint8Array, end: number): void {
    this.#predictor.typed(bytes, end, this.#view, performance.now());
    this.update();
  }

  /** Output so far shows the effect of input up to `effect`. */
  effect(effect: number): void {
    this.#effect = effect;
    this.update();
  }

  /** The screen was replaced: all guesses are invalid. */
  reset(): void {
    this.#predictor.reset();
    this.#draw();
  }

  update(): void {
    clearTimeout(this.#timer);
    this.#predictor.update(this.#view, this.#effect, this.srtt(), performance.now());
    this.#draw();
    const { wait } = this.#predictor;
    if (wait !== Infinity) this.#timer = setTimeout(() => this.update(), wait);
  }

  #draw(): void {
    const { cells, cursor, mark } = this.#predictor.overlay();
    const { viewportY, baseY } = this.terminal.buffer.active;
    const { cursorRow, cursorCol } = this.#view;
    const visible = viewportY === baseY && (cells.length > 0 || cursor !== undefined);
    const at = (row: number, col: number) =>
      cells.find((cell) => cell.row === row && cell.col === col) ??
        { char: this.#view.char(row, col), width: Math.max(1, this.#view.width(row, col)) };
    // The real cursor stays where the host last put it, which may differ from frame to frame: its cell is drawn plain.
    const covered = cursor && { row: cursorRow, col: cursorCol, ...at(cursorRow, cursorCol) };
    const guessed = cursor && !this.emulator.coreService.isCursorHidden &&
      { ...at(cursor.row, cursor.col), ...cursor };
    const what = visible
      ? JSON.stringify([cells, covered, guessed, mark, this.terminal.options.fontSize, cellOf(this.terminal)])
      : "";
    if (what === this.#shown) return;
    this.#shown = what;
    this.#layer.replaceChildren();
    if (!visible) return;
    const { background, foreground, cursor: cursorColour } = this.terminal.options.theme ?? {};
    const put = (cell: GuessedCell, back: string, front: string) => {
      const { row, col, char } = cell;
      const { width, height } = cellOf(this.terminal);
      const span = make("span", { textContent: char === "" ? " " : char, className: mark ? "mark" : "" });
      Object.assign(span.style, {
        left: `${col * width}px`,
        top: `${row * height}px`,
        width: `${cell.width * width}px`,
        height: `${height}px`,

        font: `${this.terminal.options.fontSize}px/${height}px ${FONT}`,
        background: back,
        color: front,
      });
      this.#layer.append(span);
    };
    for (const cell of cells) put(cell, background ?? "", foreground ?? "");
    if (covered) put(covered, background ?? "", foreground ?? "");
    if (guessed) put(guessed, cursorColour ?? "", background ?? "");
  }
}
