/** The scrollback that a viewer has put together: rows from the host, and rows that scrolled off its own screen. */

import { MAX_INTEGER } from "../../frames/codec.ts";
import type { HistoryRow } from "../../frames/history_frames.ts";
import type { Lines } from "../../frames/screen_state.ts";
import { MAX_SCROLLBACK } from "../sync/limits.ts";
import type { Screen } from "../screen/screen.ts";

/** Rows over the bound before the oldest are thrown out, and the part of the budget: not for each row that comes. */
const SLACK = 1000;
const SLACK_BYTES = 1 / 16;
/** What all rows may take, bytes: `MAX_SCROLLBACK` of 300 characters, attributes among them, in two bytes each. */
const BUDGET = 64 * 1024 * 1024;
/** A row besides its text: its place in the map, an array, and a string's head; bytes. */
const ROW = 80;
/** So many rows that scrolled off are harvested together: a few ms of work, and far less than an emulator keeps. */
const HARVEST = 1000;

/** Rows by absolute number, in one era; bounded to the newest. */
export class HistoryStore {
  #rows = new Map<number, HistoryRow>();
  #era = -1;
  #first = 0;
  #end = 0;
  /** Rows below were harvested, or were never on the viewer's own screen. */
  #harvested = 0;
  /** All rows of `[from, to)` are held: so far the last search for missing ones got. */
  #whole = { from: 0, to: 0 };

  /** What they take, as {@link weigh} has it. */
  #bytes = 0;

  /** `max`: rows kept; `budget`: bytes, within a sixteenth. 100,000 rows of 100 characters take 17 MB. */
  constructor(private readonly max = MAX_SCROLLBACK, private readonly budget = BUDGET) {}

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
  /** What they take; bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Takes rows that the host sent. Those of an earlier era are dropped, and those that it does not hold itself; a later era makes everything
   * else forgotten.
   */
  add(lines: Pick<Lines, "era" | "first" | "end" | "from" | "rows">): void {
    const { from, rows, end } = lines;
    if (from + rows.length > Math.min(end, MAX_INTEGER) && rows.length > 0) return;
    if (!this.#enter(lines.era)) return;
    this.#first = Math.max(this.#first, Math.min(lines.first, end));
    this.#put(from, rows);
  }

  /**
   * Keeps what scrolled off the viewer's own screen, which a snapshot is about to replace. Rows still on the screen may
   * change and are left.
   */
  harvest(screen: Screen): void {
    const { era, first, top } = screen.history;
    if (!this.#enter(era)) return;
    const from = Math.max(first, top - this.max, this.#harvested);
    this.#put(from, screen.lines(from, top).rows);
    this.#harvested = top;
  }

  /** Harvests when much has scrolled off, before the screen's own scrollback, which may be shorter, drops it: after each write. */
  follow(screen: Screen): void {
    const { era, top } = screen.history;
    if (era !== this.#era || top - this.#harvested >= HARVEST) this.harvest(screen);
  }

  /** The host's screen has its top row at `line` in `era`: all rows above exist. */
  reached(era: number, line: number): void {
    if (!this.#enter(era)) return;
    this.#end = Math.max(this.#end, Math.min(line, MAX_INTEGER));
    // A higher screen takes rows back, which may change.
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

  /** What to ask for next: the end of the newest gap, at most `limit` rows; null if nothing is missing. */
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

  /** Down to the budget. They count as gone, so that they are not asked for again. */
  #dropOldest(): void {
    for (const number of Float64Array.from(this.#rows.keys()).sort()) {
      if (this.#bytes <= this.budget) break;
      this.#drop(number);
      this.#first = number + 1;
    }
  }
}

/** What a row takes, bytes; not less than it does. */
function weigh([text]: HistoryRow): number {
  return ROW + 2 * text.length;
}
