/** The scrollback of a viewer: rows from the host, and rows that scrolled off the viewer's own screen. */

import { MAX_INTEGER } from "../../frames/codec.ts";
import type { HistoryRow } from "../../frames/history_frames.ts";
import type { Lines } from "../../frames/screen_state.ts";
import { MAX_SCROLLBACK } from "../sync/limits.ts";
import type { Screen } from "../screen/screen.ts";

/** By how many rows, and by which part of the budget, the bound is exceeded before the oldest rows are removed: not for each new row. */
const SLACK = 1000;
const SLACK_BYTES = 1 / 16;
/** The memory of all rows, in bytes: `MAX_SCROLLBACK` of 300 characters, including attributes, in two bytes each. */
const BUDGET = 64 * 1024 * 1024;
/** A row without its text: its place in the map, an array, and a string's header; bytes. */
const ROW = 80;
/** So many rows that scrolled off are stored together: a few ms of work, and far fewer than an emulator keeps. */
const HARVEST = 1000;

/** Rows by absolute number, in one era; bounded to the newest. */
export class HistoryStore {
  #rows = new Map<number, HistoryRow>();
  #era = -1;
  #first = 0;
  #end = 0;
  /** Rows below were stored, or were never on the viewer's own screen. */
  #harvested = 0;
  /** All rows of `[from, to)` are held: the result of the last search for missing rows. */
  #whole = { from: 0, to: 0 };

  /** The memory of the rows, as {@link weigh} computes it. */
  #bytes = 0;

  /** `max`: rows kept; `budget`: bytes, within a sixteenth. 100,000 rows of 100 characters take 17 MB. */
  constructor(private readonly max = MAX_SCROLLBACK, private readonly budget = BUDGET) {}

  get era(): number {
    return this.#era;
  }
  /** The oldest row that can exist: older ones are gone at the host, or were removed here. */
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
  /** Their memory in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Adds rows of the host. Rows of an earlier era are dropped, as are rows that the host does not hold itself; a later era removes all
   * others.
   */
  add(lines: Pick<Lines, "era" | "first" | "end" | "from" | "rows">): void {
    const { from, rows, end } = lines;
    if (from + rows.length > Math.min(end, MAX_INTEGER) && rows.length > 0) return;
    if (!this.#enter(lines.era)) return;
    this.#first = Math.max(this.#first, Math.min(lines.first, end));
    this.#put(from, rows);
  }

  /**
   * Stores what scrolled off the viewer's own screen, before a snapshot replaces it. Rows still on the screen may change and are left out.
   */
  harvest(screen: Screen): void {
    const { era, first, top } = screen.history;
    if (!this.#enter(era)) return;
    const from = Math.max(first, top - this.max, this.#harvested);
    this.#put(from, screen.lines(from, top).rows);
    this.#harvested = top;
  }

  /**
   * Stores rows when many have scrolled off, before the screen's own scrollback, which may be shorter, drops them: call it after each
   * write.
   */
  follow(screen: Screen): void {
    const { era, top } = screen.history;
    if (era !== this.#era || top - this.#harvested >= HARVEST) this.harvest(screen);
  }

  /** The host's screen has its top row at `line` in `era`: all rows above exist. */
  reached(era: number, line: number): void {
    if (!this.#enter(era)) return;
    this.#end = Math.max(this.#end, Math.min(line, MAX_INTEGER));
    // A screen that begins higher contains rows again, which may change.
    this.#harvested = Math.min(this.#harvested, line);
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

  /** The next rows to request: the end of the newest gap, at most `limit` rows; null if nothing is missing. */
  missing(limit: number): [from: number, to: number] | null {
    const { first } = this;
    const whole = this.#whole;
    let to = this.#end;
    while (to > first && this.#rows.has(to - 1)) {
      to = to === whole.to ? Math.min(whole.from, to - 1) : to - 1;
    }
    this.#whole = { from: to, to: this.#end };
    if (to <= first) return null;
    let from = to - 1;
    while (from > Math.max(first, to - limit) && !this.#rows.has(from - 1)) from--;
    return [from, to];
  }

  /** False if `era` is over. */
  #enter(era: number): boolean {
    if (era < this.#era) return false;
    if (era > this.#era) {
      this.#era = era;
      this.#rows.clear();
      this.#bytes = 0;
      this.#first = this.#end = this.#harvested = 0;
      this.#whole = { from: 0, to: 0 };
    }
    return true;
  }

  #put(from: number, rows: readonly HistoryRow[]): void {
    this.#end = Math.max(this.#end, from + rows.length);
    for (let i = Math.max(0, this.first - from); i < rows.length; i++) {
      this.#drop(from + i);
      this.#rows.set(from + i, rows[i]!);
      this.#bytes += weigh(rows[i]!);
    }
    if (this.#rows.size > this.max + SLACK) {
      for (const number of this.#rows.keys()) if (number < this.first) this.#drop(number);
    }
    if (this.#bytes > this.budget * (1 + SLACK_BYTES)) this.#dropOldest();
  }

  #drop(number: number): void {
    const row = this.#rows.get(number);
    if (!row) return;
    this.#rows.delete(number);
    this.#bytes -= weigh(row);
  }

  /** Reduces the rows to the budget. Removed rows count as gone, so that they are not requested again. */
  #dropOldest(): void {
    for (const number of Float64Array.from(this.#rows.keys()).sort()) {
      if (this.#bytes <= this.budget) break;
      this.#drop(number);
      this.#first = number + 1;
    }
  }
}

/** The memory of a row in bytes, never less than it really is. */
function weigh([text]: HistoryRow): number {
  return ROW + 2 * text.length;
}
