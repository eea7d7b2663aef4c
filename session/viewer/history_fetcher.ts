/** Fetches the history that a viewer lacks, newest first, one small request at a time: it never stands in the way of the screen. */
import type { Lines } from "../../frames/screen_state.ts";
import { CALM, PATIENCE, ROWS, SELDOM } from "./history_policy.ts";
import type { HistoryStore } from "./history_store.ts";

/** Rows that the host no longer has can't be asked for again and again: how many fruitless answers end an era's fetching. */
const FRUITLESS = 3;

/** Requests the rows of history that a viewer lacks, one request at a time. */
export class HistoryFetcher {
  #id = 0;
  #askedAt: number | undefined;
  #lastAskedAt = -Infinity;
  #scrolledAt = -Infinity;
  #fruitless = 0;
  #era = -1;

  /** @param ask sends a request; false if there is no link */
  constructor(
    private readonly store: HistoryStore,
    private readonly ask: (id: number, era: number, from: number, to: number) => boolean,
  ) {}

  /** A snapshot came, and rows scrolled by unseen. */
  scrolled(now: number): void {
    this.#scrolledAt = now;
  }

  /** Asks for what is missing, if nothing is on its way and no flood goes on: to be called every now and then. */
  poll(now: number): void {
    if (this.#askedAt !== undefined && now - this.#askedAt < PATIENCE) return;
    if (now - this.#scrolledAt < CALM && now - this.#lastAskedAt < SELDOM) return;
    if (this.#era !== this.store.era) {
      this.#era = this.store.era;
      this.#fruitless = 0;
    }
    const missing = this.#fruitless < FRUITLESS ? this.store.missing(ROWS) : null;
    this.#askedAt = missing && this.ask(++this.#id, this.#era, ...missing) ? now : undefined;
    this.#lastAskedAt = this.#askedAt ?? this.#lastAskedAt;
  }

  /** Takes an answer. */
  take(lines: Lines & { readonly id: number }, now: number): void {
    if (lines.id !== this.#id) return;
    this.#askedAt = undefined;
    const before = this.store.size;
    this.store.add(lines);
    this.#fruitless = this.store.size > before ? 0 : this.#fruitless + 1;
    this.poll(now);
  }
}
