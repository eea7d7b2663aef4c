/** Absolute numbers for the rows of a terminal's normal screen and scrollback, which stay valid when old rows are removed. */

import { MAX_INTEGER } from "../../frames/codec.ts";
import type { HistoryRow } from "../../frames/history_frames.ts";
import { MAX_ROW } from "../../frames/limits.ts";
import type { Lines } from "../../frames/screen_state.ts";
import { type Links, rowText } from "./row_writer.ts";
import type { Emulator, EmulatorBuffer } from "../emulator/xterm_internals.ts";

/**
 * Numbers rows from 0, the first row that the stream wrote. When rows leave the scrollback, the others keep their numbers. An event that
 * makes numbers meaningless (reflow, a reset) starts a new **era**, in which they begin again.
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

  /** The current era. */
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

  /** The most rows held, including those of the screen. */
  get capacity(): number {
    return this.#buffer.lines.maxLength;
  }

  /** The stream contained `rows` rows that were not given to the emulator, because later output would have removed them. */
  leaveOut(rows: number): void {
    this.#base += rows;
  }

  /** The rows were laid out again for another width. */
  reflowed(): void {
    this.#era++;
    this.#base = 0;
  }

  /** The emulator was reset: restarts with the top row of the screen numbered `line`, in `era`. */
  restart(line: number, era: number): void {
    this.#era = era;
    // Above the largest integer, counting up would never end.
    this.#adopt(Math.min(line, MAX_INTEGER));
  }

  /** The rows `[from, to)` as far as they are held: text with SGR sequences, and whether each continues in the next row. */
  lines(from: number, to: number): Lines {
    const first = this.#base;
    const end = this.end;
    const start = Math.min(Math.max(from, first), end);
    const rows: HistoryRow[] = [];
    for (let n = start; n < Math.min(to, end); n++) {
      const line = this.#buffer.lines.get(n - first);
      if (!line) break;
      rows.push([
        // A longer row, in which each cell has a long link of its own, is written without links.
        rowText(this.links, line, MAX_ROW),
        this.#buffer.lines.get(n - first + 1)?.isWrapped === true,
      ]);
    }
    return { era: this.#era, first, end, from: start, rows };
  }

  /**
   * The emulator forgot its rows in a reset and has a new normal screen. Rows that scroll off the new one count from there, not from the
   * end of the write that contained the reset.
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
