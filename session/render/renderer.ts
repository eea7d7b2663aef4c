/**
 * Paints a screen into a real terminal of any size: the part with the cursor, as the smallest change to the previous frame, with a status
 * line and guesses over it, or a part of the history instead.
 */

import type { HistoryRow } from "../../frames/history_frames.ts";
import { link, readCell } from "../emulator/attributes.ts";
import { Canvas, type Which } from "./canvas.ts";
import type { Look } from "./cell_painter.ts";
import { EMPTY, type Grid } from "./grid.ts";
import { putGuesses } from "./guessed_cells.ts";
import { TerminalModes } from "./terminal_modes.ts";
import type { MouseEncoding } from "./mouse_reports.ts";
import { moveTo } from "../screen/paint.ts";
import type { OutputFilter } from "../vt/output_filter.ts";
import { PICTURE_SCHEME } from "../pictures/picture_place.ts";
import { PicturePainter, type PictureSource } from "./picture_painter.ts";
import type { Overlay } from "../predict/predictor.ts";
import { rowCells } from "./row_cells.ts";
import { StatusLine } from "./status_line.ts";
import type { Screen } from "../screen/screen.ts";
import { Signals } from "../screen/attention_events.ts";
import { Synchronized } from "../emulator/synchronized.ts";
import { mouseOf } from "../emulator/xterm_internals.ts";
import { follow, type Viewport } from "./viewport.ts";

/** The rows of history to show instead of the screen: `top` is the number of the first. */
export interface HistoryView {
  readonly top: number;
  row(number: number): HistoryRow | undefined;
}

/** How long an unfinished frame of a program is waited for, in ms; as in xterm.js. */
const PICTURE = 1000;
const NO_LINK = "\x1b]8;;\x1b\\";
// deno-lint-ignore no-control-regex -- sequences begin with one
const LINK = /\x1b\]8;[^\x1b]*\x1b\\/g;

/** Turns autowrap off and saves the window's title; the other undoes both. */
const ENTER = "\x1b[22;0t\x1b[?7l";
const LEAVE = "\x1b[?7h\x1b[?25h\x1b[m\x1b]8;;\x1b\\\x1b[23;0t";

/** Its output is for a terminal to which nothing else writes between the first {@link render} and {@link leave}. */
export class Renderer {
  readonly #mirror = new TerminalModes();
  #canvas: Canvas;
  /** Whether the session has begun, so it may be shown on the terminal's main screen. */
  #begun = false;
  /** Rows above this one have scrolled off the terminal, or were never on it. */
  #gone = { era: -1, line: 0 };
  #margin = false;
  readonly #signals: Signals;
  readonly #synchronized: Synchronized;
  #port: Viewport | null = null;
  readonly #line = new StatusLine();
  readonly #pictures: PicturePainter | undefined;
  #history: HistoryView | null = null;
  #guesses: Overlay | null = null;

  /**
   * Listens to `screen`'s signals, and passes them on.
   * @param cols, rows the window
   * @param passes what to write for a string: {@link OutputFilter.string}
   * @param pictures without it all pictures are boxes
   */
  constructor(
    private readonly screen: Screen,
    cols: number,
    rows: number,
    private readonly passes: OutputFilter["string"],
    pictures?: PictureSource,
  ) {
    this.#pictures = pictures && new PicturePainter(screen, pictures);
    this.#canvas = new Canvas(cols, rows);
    this.#synchronized = new Synchronized(screen.emulator, PICTURE);
    this.#signals = new Signals(screen, passes);
  }

  /** From now on the screen's signals are for this terminal. */
  enter(): void {
    this.#signals.listening = true;
    this.#gone = { era: this.screen.history.era, line: this.screen.history.top };
    this.invalidate();
  }

  /** From now on the session may be shown on the terminal's main screen. `passed`: it is shown already. */
  begin(passed: boolean): void {
    this.#begun = true;
    if (passed) this.#canvas.adopt();
  }

  /** Bytes that move the person's content of the main screen into the scrollback, if that is still to be done. */
  claimMain(): string {
    return this.#canvas.claimMain();
  }

  /** The window has another size: everything is painted again. `margin`: the window continues to the right of these columns. */
  resize(cols: number, rows: number, margin = false): void {
    this.#margin = margin;
    this.#canvas = this.#canvas.resized(cols, rows);
    this.#pictures?.forget();
  }

  /** Something else wrote to the terminal: everything is painted again and every mode set again. */
  invalidate(): void {
    this.#canvas.forget();
    this.#mirror.forget();
    this.#pictures?.forget();
  }

  /** A status line over the bottom row, or over the top one if the cursor is at the bottom; null removes it. */
  overlay(text: string | null): void {
    this.#line.text = text;
  }

  /** The guesses to draw over the confirmed screen: see `predictor.ts`. */
  predict(guesses: Overlay | null): void {
    this.#guesses = guesses;
  }

  /** Shows history instead of the screen; null returns to the screen. */
  history(view: HistoryView | null): void {
    this.#history = view;
  }

  /** The part of the screen that the window shows; for mouse reports. */
  get viewport(): Viewport {
    return this.#port ?? follow(null, this.screen, this.#canvas, { row: 0, col: 0 });
  }

  /** The encoding of mouse reports that the program requested. */
  get mouseEncoding(): MouseEncoding {
    const { activeEncoding } = mouseOf(this.screen.emulator);
    if (activeEncoding === "SGR" || activeEncoding === "SGR_PIXELS") return activeEncoding;
    return this.screen.shadow.mode(1015) ? "URXVT" : "DEFAULT";
  }

  /** For how long the screen at `now` may still be an unfinished frame, in ms: do not paint until then, or until it is complete. */
  held(now: number): number {
    return this.#history ? 0 : this.#synchronized.left(now);
  }

  /** Bytes that bring the terminal up to date; empty if it is. */
  render(): Uint8Array {
    const first = this.#canvas.on === null;
    const to = this.#where();
    if (to !== this.#canvas.on) this.#pictures?.forget();
    const switching = to === this.#canvas.on ? "" : this.#mirror.leaveScreen() + this.#canvas.switchTo(to);
    const scrolled = to === "main" ? this.#scrollOff() : "";
    const next = this.#canvas.next();
    const cursor = this.#history ? this.#composeHistory(next, this.#history) : this.#composeScreen(next);
    this.#line.compose(next, cursor?.shown ? cursor : null);
    const modes = this.#mirror.update(this.screen, this.#history !== null);
    const pictures = this.#pictures?.draw(next) ?? "";
    const cells = this.#canvas.show(next) + pictures;
    const signals = this.#signals.drain();
    // A hidden cursor is placed too, since the session may leave it there.
    const place = cursor ? moveTo(cursor.row, cursor.col) + (cursor.shown ? "\x1b[?25h" : "\x1b[?25l") : "";
    const enter = (first ? ENTER : "") + switching;
    const changed = enter + scrolled + modes + cells + signals;
    this.#signals.listening = true;
    if (changed === "" && place === this.#place) return new Uint8Array(0);
    this.#place = place;
    return new TextEncoder().encode(
      `\x1b[?2026h${enter}\x1b[?25l${scrolled}${modes}${cells}${place}${signals}\x1b[?2026l`,
    );
  }
  #place = "";

  /** Bytes that restore the terminal's state before the first {@link render}, except for what was shown on its main screen. */
  leave(): Uint8Array {
    this.#signals.listening = false;
    this.#signals.drain();
    if (this.#canvas.on === null) return new Uint8Array(0);
    return new TextEncoder().encode(
      this.#mirror.reset() + (this.#pictures?.leave() ?? "") + LEAVE + this.#canvas.leave(),
    );
  }

  /** The screen to use: history, and the programs' alternate screen, are shown without changing the main one. */
  #where(): Which {
    const { active, normal } = this.screen.emulator._bufferService.buffers;
    return this.#begun && !this.#history && active === normal ? "main" : "alternate";
  }

  /** Scrolls rows off the terminal that have scrolled off the screen. */
  #scrollOff(): string {
    const { era, top } = this.screen.history;
    const from = this.#gone.era === era ? this.#gone.line : top;
    this.#gone = { era, line: top };
    if (from >= top) return "";
    const gone = this.screen.lines(from, top).rows;
    const rows = (this.#pictures?.scrollOff(gone, this.#canvas.rows) ?? gone).map((
      [text, goesOn],
    ): HistoryRow => [
      text.replaceAll(LINK, (opening) => this.#allowed(opening) || NO_LINK),
      goesOn,
    ]);
    return this.#canvas.scrollOff(rows, this.screen.cols);
  }

  /** Returns the cursor's place. */
  #composeScreen(grid: Grid): { row: number; col: number; shown: boolean } {
    const { screen } = this;
    const { emulator } = screen;
    const buffer = emulator._bufferService.buffers.active;
    const confirmed = { row: buffer.y, col: Math.min(buffer.x, screen.cols - 1) };
    const cursor = this.#guesses?.cursor ?? confirmed;
    const port = this.#port = follow(this.#port, screen, grid, cursor);
    const look: Look = { ...EMPTY };
    for (let y = 0; y < port.rows; y++) {
      const line = buffer.lines.get(buffer.ybase + port.top + y);
      if (!line) continue;
      for (let x = 0; x < Math.min(port.cols, line.length - port.left); x++) {
        readCell(line, port.left + x, look);
        look.opening = look.link === 0 ? "" : this.#allowed(link(screen.shadow.link(look.link)));
        // The right half of a wide character whose left half is outside the window.
        if (look.width === 0 && (x === 0 || grid.at(y, x - 1).width !== 2)) look.width = 1;
        grid.put(y, x, look);
      }
      // Where the window is as wide as the screen, it can show both rows as one line.
      const goesOn = buffer.lines.get(buffer.ybase + port.top + y + 1)?.isWrapped === true;
      if (
        goesOn && y + 1 < port.rows && !this.#margin && port.cols === grid.cols && grid.cols === screen.cols
      ) grid.wrap(y);
    }
    this.#pictures?.compose(grid, port);
    putGuesses(grid, port, this.#guesses);
    const shown = !emulator.coreService.isCursorHidden && (this.#line.text === null || grid.rows > 1);
    return { row: cursor.row - port.top, col: cursor.col - port.left, shown };
  }

  #composeHistory(grid: Grid, view: HistoryView): null {
    for (let y = 0; y < grid.rows; y++) {
      const row = view.row(view.top + y);
      if (!row) continue;
      rowCells(row[0], grid.cols).forEach((look, x) => {
        grid.put(y, x, look.opening === "" ? look : { ...look, opening: this.#allowed(look.opening) });
      });
    }
    return null;
  }

  /** The sequence that opens a link if it is safe; otherwise empty. Links of picture cells are only for Beach's own views. */
  #allowed(opening: string): string {
    if (opening.includes(PICTURE_SCHEME)) return "";
    const passed = this.passes(opening.slice(1, -2));
    return passed === NO_LINK ? "" : passed;
  }
}
