/**
 * Gets the rows that a snapshot skipped from the host, from the newest upwards, and puts them into the scrollback at once when all
 * are here. A flood brings a snapshot every few hundred ms: the filling waits until it is over.
 */
import type { HistoryRow } from "../../frames/message.ts";

/** No snapshot for so long: the screen goes on from its own bytes again; ms. */
const CALM = 300;
/** After it an answer is taken for lost with its link; ms. */
const PATIENCE = 5000;
/** Rows in one request (`WIRE.md`). */
const CHUNK = 500;

export interface FillSource {
  /** The number of the oldest row that is held here. */
  first(): number;
  ask(id: number, era: number, from: number, to: number): boolean;
  /** Takes the rows just above {@link first}. */
  prepend(rows: readonly HistoryRow[]): void;
  /** How many rows above the screen are kept. */
  readonly limit: number;
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

export class HistoryFill {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #id = 0;
  #era = 0;
  /** Whole rows `[#from, #to)` are here, in #rows; the chunk that is being fetched ends at #from. */
  #rows: HistoryRow[] = [];
  #to = 0;
  #from = 0;
  #least = 0;
  #chunk: { readonly start: number; rows: HistoryRow[] } | undefined;
  #filled = false;

  constructor(private readonly source: FillSource) {}

  /** Whether everything that the host holds is here. */
  get filled(): boolean {
    return this.#filled;
  }

  /** A snapshot replaced the screen and what was above it. */
  replaced(): void {
    this.cancel();
    this.#filled = false;
    this.#later(CALM, () => this.#begin());
  }

  /** The rows above mean nothing any more. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#id++;
    this.#chunk = undefined;
    this.#filled = true;
  }

  take({ id, era, first, from, rows }: HistoryLines): void {
    const chunk = this.#chunk;
    if (id !== this.#id || !chunk) return;
    if (this.#era !== 0 && era !== this.#era) return this.cancel();
    this.#era = era;
    this.#least = Math.max(this.#least, first);
    const next = chunk.start + chunk.rows.length;
    if (from > next && from !== first) return this.cancel();
    // Rows that the host has dropped meanwhile: the chunk begins where it still holds them.
    if (from > next) this.#chunk = { start: from, rows: [...rows] };
    else chunk.rows.push(...rows.slice(next - from));
    const { start, rows: got } = this.#chunk!;
    if (rows.length === 0 || start + got.length >= this.#from) {
      if (start + got.length < this.#from) return this.#finish();
      this.#rows = [...got.slice(0, this.#from - start), ...this.#rows];
      this.#from = start;
      this.#chunk = undefined;
    }
    this.#next();
  }

  #begin(): void {
    this.#to = this.#from = this.source.first();
    this.#least = Math.max(0, this.#to - this.source.limit);
    this.#rows = [];
    this.#era = 0;
    this.#id++;
    this.#next();
  }

  #next(): void {
    if (!this.#chunk && this.#from <= this.#least) return this.#finish();
    this.#chunk ??= { start: Math.max(this.#least, this.#from - CHUNK), rows: [] };
    const from = this.#chunk.start + this.#chunk.rows.length;
    this.source.ask(this.#id, this.#era, from, this.#from);
    this.#later(PATIENCE, () => this.#next());
  }

  #finish(): void {
    clearTimeout(this.#timer);
    if (this.source.busy()) return this.#later(CALM, () => this.#finish());
    const rows = this.#rows;
    const fits = this.source.first() === this.#to;
    this.cancel();
    if (rows.length > 0 && fits) this.source.prepend(rows);
  }

  #later(ms: number, then: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(then, ms);
  }
}
