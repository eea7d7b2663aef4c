/** Bits a second of what comes in pieces, lately. Pure; times in ms. */

/** What came so long ago counts a third; ms. Longer than the pause between a keyframe and what follows it. */
const WINDOW = 2000;

/** The rate of one stream, in bits a second. */
export class BitMeter {
  #rate = 0;
  #at = -Infinity;

  /** So many bytes came. */
  add(bytes: number, now: number): void {
    this.#rate = this.at(now) + bytes * 8000 / WINDOW;
    this.#at = now;
  }

  /** Bits a second. */
  at(now: number): number {
    return this.#rate * Math.exp((this.#at - Math.max(now, this.#at)) / WINDOW);
  }
}
