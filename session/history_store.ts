/** The scrollback that a viewer has put together: rows from the host, and rows that scrolled off its own screen. */

import type { HistoryRow } from "../frames/message.ts";
import type { Lines } from "./host_context.ts";
import { DEFAULT_SCROLLBACK } from "./history.ts";
import type { Screen } from "./screen.ts";

/** Rows over the bound before the oldest are thrown out: not for each row that comes. */
const SLACK = 1000;

/** Rows by absolute number, in one era; bounded to the newest. */
export class HistoryStore {
  #rows = new Map<number, HistoryRow>();
  #era = -1;
  #first = 0;
  #end = 0;

  /** `max`: rows kept. */
  constructor(private readonly max = DEFAULT_SCROLLBACK) {}

  get era(): number {
    return this.#era;
  }
  /** The oldest row that there may be: older ones are gone at the host, or were thrown out here. */
  get first(): number {
    return Math.max(this.#first, this.#end - this.max);
  }
  /** One past the newest row that is known to exist. */
  get end(): number {
    return this.#end;
  }
  /** Rows held. */
  get size(): number {
    return this.#rows.size;
  }

  /** Takes rows that the host sent. Those of an earlier era are dropped; a later one makes everything else forgotten. */
  add(lines: Pick<Lines, "era" | "first" | "end" | "from" | "rows">): void {
    if (!this.#enter(lines.era)) return;
    this.#first = Math.max(this.#first, Math.min(lines.first, lines.end));
    this.#put(lines.from, lines.rows);
  }

  /**
   * Keeps what scrolled off the viewer's own screen, which a snapshot is about to replace. Rows still on the screen may
   * change and are left.
   */
  harvest(screen: Screen): void {
    const { era, first, top } = screen.history;
    if (!this.#enter(era)) return;
    const from = Math.max(first, top - this.max);
    this.#put(from, screen.lines(from, top).rows);
  }

  /** The host's screen has its top row at `line` in `era`: all rows above exist. */
  reached(era: number, line: number): void {
    if (this.#enter(era)) this.#end = Math.max(this.#end, line);
  }

  row(number: number): HistoryRow | undefined {
    return this.#rows.get(number);
  }

  /** The ranges `[from, to)` between two numbers that are not held, oldest first. */
  gaps(from: number, to: number): [from: number, to: number][] {
    const gaps: [number, number][] = [];
    for (let n = Math.max(from, this.first); n < Math.min(to, this.#end); n++) {
      if (this.#rows.has(n)) continue;
      const last = gaps.at(-1);
      if (last && last[1] === n) last[1] = n + 1;
      else gaps.push([n, n + 1]);
    }
    return gaps;
  }

  /** What to ask for next: the end of the newest gap, at most `limit` rows; null if nothing is missing. */
  missing(limit: number): [from: number, to: number] | null {
    const last = this.gaps(this.first, this.#end).at(-1);
    return last ? [Math.max(last[0], last[1] - limit), last[1]] : null;
  }

  /** False if `era` is over. */
  #enter(era: number): boolean {
    if (era < this.#era) return false;
    if (era > this.#era) {
      this.#era = era;
      this.#rows.clear();
      this.#first = this.#end = 0;
    }
    return true;
  }

  #put(from: number, rows: readonly HistoryRow[]): void {
    rows.forEach((row, i) => this.#rows.set(from + i, row));
    this.#end = Math.max(this.#end, from + rows.length);
    if (this.#rows.size <= this.max + SLACK) return;
    for (const number of this.#rows.keys()) if (number < this.first) this.#rows.delete(number);
  }
}
