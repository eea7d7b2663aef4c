/** A token bucket: so many at once, and from then on one each so many ms. Pure. */

export class Bucket {
  #saved: number;
  #at = -Infinity;

  /** @param burst how many may follow each other at once @param every ms until one more may, fractions too */
  constructor(private readonly burst: number, private readonly every: number) {
    this.#saved = burst;
  }

  /** Takes one, or a part of one, at `now` (ms of a steady clock); false if there is not so much left. */
  tryTake(now: number, part = 1): boolean {
    this.#saved = Math.min(this.burst, this.#saved + Math.max(0, now - this.#at) / this.every);
    this.#at = now;
    if (this.#saved < part) return false;
    this.#saved -= part;
    return true;
  }

  /** When the next one may be taken, after {@link tryTake} said no; the clock's ms. */
  get next(): number {
    return this.#at + Math.ceil((1 - this.#saved) * this.every);
  }
}
