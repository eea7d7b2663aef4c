/**
 * Fetches the rows that a snapshot skipped, from the newest upwards, parses them as they come, and adds them to the scrollback when all are
 * here, or many. A flood brings a snapshot every few hundred ms: filling waits until it is over.
 */
import type { HistoryRow } from "../../../frames/history_frames.ts";
import { PATIENCE, ROWS, waitAfterSnapshot } from "../../../session/viewer/history_policy.ts";

/** While a person selects text, adding rows is delayed by this much again; ms. */
const SELECTING = 300;
/** After so many rows those that came are added, and filling continues above them: a snapshot makes it start again. */
const PORTION = 10_000;

/** `Row` is a parsed row. */
export interface FillSource<Row> {
  /** The number of the oldest row that is held here. */
  first(): number;
  ask(id: number, era: number, from: number, to: number): boolean;
  /** Some 10 ms of work for 500 rows. */
  parse(rows: readonly HistoryRow[]): Row[];
  /** Takes the rows just above {@link first}; none if nothing came of it. The next ones may come much later. */
  done(rows: readonly Row[]): void;
  /** How many rows above the screen are kept. */
  readonly limit: number;
  /** What a row takes in this tab, and how much is left for more; bytes. */
  weigh(row: Row): number;
  room(): number;
  /** Whether a person is selecting text, which new rows would disturb. */
  busy(): boolean;
}

export interface HistoryLines {
  readonly id: number;
  readonly era: number;
  readonly first: number;
  readonly from: number;
  readonly rows: readonly HistoryRow[];
}

/** Fetches history and puts it above the screen, while a person looks at it. */
export class HistoryFill<Row> {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #id = 0;
  #era = 0;
  /** Rows `[#from, #to)` are here, in #parts from top to bottom. */
  #parts: Row[][] = [];
  #to = 0;
  #from = 0;
  #least = 0;
  /** What the parts take; bytes. */
  #bytes = 0;
  #asking = false;
  #askedAt = -Infinity;
  #filled = false;

  constructor(private readonly source: FillSource<Row>) {}

  /** Whether everything that the host holds is here. */
  get filled(): boolean {
    return this.#filled;
  }

  /** A snapshot replaced the screen and what was above it. */
  replaced(): void {
    this.cancel();
    this.#filled = false;
    this.#later(waitAfterSnapshot(performance.now() - this.#askedAt), () => this.#begin());
  }

  /** The rows above are invalid now. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#id++;
    this.#asking = false;
    this.#parts = [];
    this.#bytes = 0;
    this.#filled = true;
  }

  /** An answer holds the last of the rows that were asked for: as many as fit one message. */
  receive({ id, era, first, from, rows }: HistoryLines): void {
    if (id !== this.#id || !this.#asking) return;
    if (this.#era !== 0 && era !== this.#era) return this.cancel();
    this.#era = era;
    // The host may have dropped rows meanwhile.
    this.#least = Math.max(this.#least, first);
    if (rows.length === 0 || from + rows.length < this.#from || from > this.#from) return this.#finish();
    const part = this.source.parse(rows.slice(0, this.#from - from));
    this.#parts.unshift(part);
    this.#bytes += part.reduce((sum, row) => sum + this.source.weigh(row), 0);
    this.#from = from;
    // With no room for more, these are the last.
    if (this.#bytes >= this.source.room()) this.#least = from;
    this.#next();
  }

  #begin(): void {
    this.#least = Math.max(0, this.source.first() - this.source.limit);
    this.#era = 0;
    this.#fill();
  }

  #fill(): void {
    this.#to = this.#from = this.source.first();
    this.#id++;
    this.#filled = false;
    this.#asking = true;
    this.#next();
  }

  #next(): void {
    if (this.#from <= this.#least || this.#to - this.#from >= PORTION) return this.#finish();
    this.#askedAt = performance.now();
    this.source.ask(this.#id, this.#era, Math.max(this.#least, this.#from - ROWS), this.#from);
    this.#later(PATIENCE, () => this.#next());
  }

  #finish(): void {
    clearTimeout(this.#timer);
    this.#asking = false;
    if (this.source.busy()) return this.#later(SELECTING, () => this.#finish());
    const rows = this.#parts.flat();
    const fits = this.source.first() === this.#to;
    const enough = this.#to - this.#from < PORTION;
    this.cancel();
    this.source.done(fits ? rows : []);
    // Where there was no room for all of them there is none for more.
    if (!enough && this.source.first() === this.#from && this.#from > this.#least) this.#fill();
  }

  #later(ms: number, then: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(then, ms);
  }
}
