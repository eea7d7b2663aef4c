/** Pacing: a few sends at once when idle, then one per interval under load. */

/** Turns that may follow each other at once: a key, and what a program prints in answer, come in a few writes. */
const SAVED = 3;

/** Spaces messages evenly, within a budget. */
export class Pacer {
  #saved = SAVED;
  #at = 0;
  #open = -Infinity;

  /** @param interval ms between turns under load, as it is now */
  constructor(private readonly interval: () => number) {}

  /** Whether new data may go at `now`. All that is asked at one `now` is one turn. */
  take(now: number): boolean {
    if (this.#open === now) return true;
    this.#saved = this.#at === 0 ? SAVED : Math.min(SAVED, this.#saved + (now - this.#at) / this.interval());
    this.#at = now;
    if (this.#saved < 1) return false;
    this.#saved -= 1;
    this.#open = now;
    return true;
  }

  /** When the next turn is, `now` if at once. */
  next(now: number): number {
    if (this.#open === now || this.#at === 0) return now;
    const saved = this.#saved + (now - this.#at) / this.interval();
    return saved >= 1 ? now : now + Math.ceil((1 - saved) * this.interval());
  }
}
