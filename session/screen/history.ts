/** Absolute numbers for the rows of a terminal's normal screen and scrollback: they survive trimming. */

import { MAX_INTEGER } from "../../frames/codec.ts";
import { type HistoryRow, MAX_ROW } from "../../frames/message.ts";
import type { Lines } from "../../frames/screen_state.ts";
import { type Links, rowText } from "./row_writer.ts";
import type { Emulator, EmulatorBuffer } from "../emulator/xterm_internals.ts";

/**
 * Numbers rows from 0, the first row that the stream wrote. Rows that fall off the top keep everyone else's number. What
 * makes numbers meaningless (reflow, a reset) starts a new **era**, in which they begin anew.
 */
export class History {
  #buffer!: EmulatorBuffer;
  #base = 0;
  #era = 0;
  #subscription: { dispose(): void } | undefined;

  constructor(private readonly emulator: Emulator, private readonly links: Links) {
    this.#adopt(0);
    emulator._bufferService.buffers.onBufferActivate(() => this.#activated());
  }

  get era(): number {
    return this.#era;
  }
  /** The number of the oldest row that is held. */
  get first(): number {
    return this.#base;
  }
  /** The number of the top row of the normal screen; rows below it have scrolled off and never change again. */
  get top(): number {
    return this.#base + this.#buffer.ybase;
  }
  /** One past the number of the last row of the normal screen. */
  get end(): number {
    return this.#base + this.#buffer.lines.length;
  }

  /** How many rows are held at most, those of the screen among them. */
  get capacity(): number {
    return this.#buffer.lines.maxLength;
  }

  /** The stream went on by `rows` rows that the emulator was not given, as they would be gone after what it is given next. */
  leaveOut(rows: number): void {
    this.#base += rows;
  }

  /** The rows were laid out anew for another width. */
  reflowed(): void {
    this.#era++;
    this.#base = 0;
  }

  /** Starts again with the top row of the screen numbered `line`, in `era`: the emulator was just reset. */
  restart(line: number, era: number): void {
    this.#era = era;
    // Counting on from where `n + 1` is `n` would never end.
    this.#adopt(Math.min(line, MAX_INTEGER));
  }

  /** The rows `[from, to)` as far as they are held: text with SGR sequences, and whether it goes on in the next row. */
  lines(from: number, to: number): Lines {
    const first = this.#base;
    const end = this.end;
    const start = Math.min(Math.max(from, first), end);
    const rows: HistoryRow[] = [];
    for (let n = start; n < Math.min(to, end); n++) {
      const line = this.#buffer.lines.get(n - first);
      if (!line) break;
      rows.push([
        // One with more, each cell a long link of its own, is written without its links.
        rowText(this.links, line, MAX_ROW),
        this.#buffer.lines.get(n - first + 1)?.isWrapped === true,
      ]);
    }
    return { era: this.#era, first, end, from: start, rows };
  }

  /**
   * A reset makes the emulator forget its rows: it has another normal screen then. Rows that scroll off that one count from there on,
   * not from the end of a write that also held the reset.
   */
  #activated(): void {
    if (this.emulator._bufferService.buffers.normal === this.#buffer) return;
    this.#era++;
    this.#adopt(0);
  }

  #adopt(base: number): void {
    this.#subscription?.dispose();
    this.#buffer = this.emulator._bufferService.buffers.normal;
    this.#base = base;
    this.#subscription = this.#buffer.lines.onTrim((amount) => this.#base += amount);
  }
}
