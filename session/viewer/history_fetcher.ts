/** Fetches the history that a viewer lacks, newest first, one small request at a time: it never delays the screen. */
import type { Lines } from "../../frames/screen_state.ts";
import { CALM, PATIENCE, ROWS, SELDOM } from "./history_policy.ts";
import type { HistoryStore } from "./history_store.ts";

/** So many answers without new rows end the fetching of an era: the host does not have the rows any more. */
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

  /** A snapshot came, and rows scrolled past unseen. */
  scrolled(now: number): void {
    this.#scrolledAt = now;
  }

  /** Requests missing rows, unless a request is pending or a flood goes on: call it regularly. */
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

  /** Handles an answer. */
  receive(lines: Lines & { readonly id: number }, now: number): void {
    if (lines.id !== this.#id) return;
    this.#askedAt = undefined;
    const before = this.store.size;
    this.store.add(lines);
    this.#fruitless = this.store.size > before ? 0 : this.#fruitless + 1;
    this.poll(now);
  }
}
