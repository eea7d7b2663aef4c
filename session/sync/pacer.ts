/** Pacing: a few sends at once when idle, then one per interval under load. */

/** Turns that may follow each other at once: a key, and a program's answer to it, come in a few writes. */
const SAVED = 3;

/** Spaces messages evenly, within a budget. */
export class Pacer {
  #saved = SAVED;
  #at = 0;
  #open = -Infinity;

  /** @param interval returns the present interval between turns under load, in ms */
  constructor(private readonly interval: () => number) {}

  /** Whether new data may be sent at `now`. All calls with the same `now` are one turn. */
  tryConsume(now: number): boolean {
    if (this.#open === now) return true;
    this.#saved = this.#at === 0 ? SAVED : Math.min(SAVED, this.#saved + (now - this.#at) / this.interval());
    this.#at = now;
    if (this.#saved < 1) return false;
    this.#saved -= 1;
    this.#open = now;
    return true;
  }

  /** When the next turn is; `now` if at once. */
  next(now: number): number {
    if (this.#open === now || this.#at === 0) return now;
    const saved = this.#saved + (now - this.#at) / this.interval();
    return saved >= 1 ? now : now + Math.ceil((1 - saved) * this.interval());
  }
}
