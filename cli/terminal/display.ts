/**
 * Shows a session on a real terminal. If the window has the screen's size and nothing is drawn over it, the output passes through
 * unchanged: that is fastest, and fills the terminal's own scrollback. Otherwise the screen is painted.
 */
import { Buffer } from "node:buffer";
import type { Size } from "../../frames/size.ts";
import type { Snapshot } from "../../frames/screen_state.ts";
import { mouseReport } from "../../session/render/mouse_reports.ts";
import type { OutputFilter } from "../../session/vt/output_filter.ts";
import type { Overlay } from "../../session/predict/predictor.ts";
import { eraseRows } from "../../session/screen/paint.ts";
import { pictureEnd } from "../../session/screen/picture_end.ts";
import type { HistoryView } from "../../session/render/renderer.ts";
import type { Screen } from "../../session/screen/screen.ts";
import type { PictureSource } from "../../session/render/picture_painter.ts";
import { holdsPictures } from "../../session/emulator/seen_pictures.ts";
import type { Input } from "../../session/vt/terminal_input.ts";
import { mouseOf, onAlternate } from "../../session/emulator/xterm_internals.ts";
import { Painter } from "./painter.ts";
import type { Tty } from "./tty.ts";

const SAVE_TITLE = "\x1b[22;0t";
/** Resets everything but the modes, which the terminal's owner tracks; saves the terminal's title. */
const PLAIN = SAVE_TITLE + "\x1b[!p\x1b[r\x1b[m\x1b(B\x0f";
/** Terminals that support it show the output in between as one frame. */
const SYNC_BEGIN = "\x1b[?2026h";
const SYNC_END = "\x1b[?2026l";

const encoder = new TextEncoder();

/** Shows one session in the terminal. */
export class Display {
  readonly #painter: Painter;
  #filter: OutputFilter;
  #size: Size;
  #status: string | null = null;
  #history: HistoryView | null = null;
  #guessing = false;
  /** Whether pictures are on the screen: the terminal does not know their places, so the screen is painted. */
  #pictured = false;
  /** Whether any output of the session was shown yet: until then the terminal's old content stays. */
  #begun = false;

  /**
   * @param screen follows the session: the caller writes to it before {@link output} whenever the display is {@link painted}, and otherwise
   * before any other call, or never
   * @param newFilter makes the filter between the session's output and the terminal
   * @param current loads the session's present state into `screen`, if `screen` does not always follow
   * @param pictures shows the pictures that the filter leaves out
   */
  constructor(
    private readonly tty: Tty,
    private readonly screen: Screen,
    private readonly newFilter: () => OutputFilter,
    private readonly current: () => Promise<void> = () => Promise.resolve(),
    private readonly pictures?: PictureSource,
  ) {
    this.#filter = newFilter();
    this.#painter = new Painter(tty, screen, (text) => this.#filter.string(text), pictures);
    this.#size = { cols: screen.cols, rows: screen.rows };
  }

  /** Whether the screen is painted, so that `screen` must follow. */
  get painted(): boolean {
    return this.#painter.on;
  }

  /** Whether a full-screen program is on the screen. */
  get fullScreen(): boolean {
    return this.painted ? onAlternate(this.screen.emulator) : this.tty.alternate;
  }

  /** Bytes that the terminal has not accepted. */
  get pending(): number {
    return this.tty.pending;
  }

  /** Shows the next output; settles when the terminal has accepted it. */
  async output(bytes: Uint8Array): Promise<void> {
    if (!this.#begun && !this.painted) void this.tty.write(encoder.encode(SAVE_TITLE));
    this.#begin(!this.painted);
    if (this.painted) {
      await this.#painter.paint();
      if (this.#pictured && !this.#holdsPictures()) await this.repaint();
      return;
    }
    const passing = this.#filter.push(bytes);
    this.#pictured = this.#filter.pictured ?? false;
    if (!this.#pictured) return void await this.tty.write(passing);
    // The terminal shows the state before these bytes; `screen` has them already if it is painted.
    this.#painter.enter();
    await this.#painter.paint();
  }

  #holdsPictures(): boolean {
    return this.pictures !== undefined && holdsPictures(this.screen.emulator);
  }

  /** Shows another screen, which `screen` contains already; settles when the terminal has accepted it. */
  async replace(snapshot: Snapshot): Promise<void> {
    this.#size = { cols: snapshot.cols, rows: snapshot.rows };
    this.#begin(false);
    await this.#choose(snapshot.data);
  }

  /** Shows everything again: the window has another size, or something else wrote to the terminal. */
  async repaint(): Promise<void> {
    await this.current();
    this.#painter.resize(this.tty.size);
    this.#painter.renderer.invalidate();
    await this.#choose(this.screen.snapshot().data);
  }

  /** Writes a whole sequence that informs the terminal and shows nothing. */
  say(sequence: string): void {
    if (sequence !== "") void this.tty.write(encoder.encode(sequence));
  }

  /** Removes everything that is drawn over the screen, and leaves the command's last output in the terminal. */
  async finish(): Promise<void> {
    if (!this.painted) return;
    this.history(null);
    this.status(null);
    this.predict(null);
    await this.repaint();
    if (!this.painted) return;
    this.#painter.leave();
  }

  /** The shared screen has this size now. */
  async resize(size: Size): Promise<void> {
    this.#size = size;
    this.#begin(false);
    await this.repaint();
  }

  /** Shows a status line, or removes it (null). */
  status(text: string | null): void {
    if (text === this.#status) return;
    this.#status = text;
    this.#painter.renderer.overlay(text);
    this.#over();
  }

  /** Shows history instead of the screen, or the screen again (null). */
  history(view: HistoryView | null): void {
    this.#history = view;
    this.#painter.renderer.history(view);
    this.#over();
  }

  /** More pictures can be shown than before. */
  picturesChanged(): void {
    if (this.painted) void this.#painter.paint();
  }

  /** Draws guesses over the screen; null if none are wanted (the link is fast). */
  predict(guesses: Overlay | null): void {
    this.#guessing = guesses !== null;
    this.#painter.renderer.predict(guesses);
    this.#over();
  }

  /**
   * The part of the terminal's input that goes to the program: mouse reports in the screen's coordinates and the program's encoding, and
   * only if it requested them.
   */
  typed({ kind, bytes }: Input): Uint8Array {
    if (!this.painted || kind !== "mouse") return bytes;
    const { viewport, mouseEncoding } = this.#painter.renderer;
    return mouseOf(this.screen.emulator).activeProtocol === "NONE"
      ? new Uint8Array(0)
      : mouseReport(bytes, viewport, mouseEncoding);
  }

  /** From now on the session is shown. `passed`: its output follows the terminal's content directly. */
  #begin(passed: boolean): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#painter.renderer.begin(passed);
  }

  get #direct(): boolean {
    const { cols, rows } = this.tty.size;
    const over = this.#status !== null || this.#history !== null || this.#guessing;
    return !over && !this.#pictured && cols === this.#size.cols && rows === this.#size.rows;
  }

  /** Something drawn over the screen was added, changed or removed. */
  #over(): void {
    if (this.painted === this.#direct) void this.repaint();
    else if (this.painted) void this.#painter.paint();
  }

  /** Chooses between passing through and painting; `data` makes a cleared terminal show the screen. */
  async #choose(data: Uint8Array): Promise<void> {
    this.#pictured = this.#holdsPictures();
    if (!this.#direct) {
      this.#painter.enter();
      return await this.#painter.paint();
    }
    this.#painter.leave();
    if (!this.#begun) return;
    this.#filter = this.newFilter();
    const end = pictureEnd(data);
    // One write, so that nobody sees the empty screen in between.
    await this.tty.write(Buffer.concat([
      encoder.encode(
        SYNC_BEGIN + this.tty.restoring + this.#painter.renderer.claimMain() + PLAIN +
          eraseRows(this.tty.size.rows),
      ),
      this.#filter.push(data.subarray(0, end)),
      encoder.encode(SYNC_END),
      this.#filter.push(data.subarray(end)),
    ]));
  }
}
