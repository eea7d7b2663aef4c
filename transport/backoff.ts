/**
 * Exponential backoff with jitter: waits double up to a limit, and each is drawn from its upper half, so that the many clients of one lost
 * road do not reconnect at the same moment.
 */
export class Backoff {
  #tries = 0;

  /** `first` and `most` are the first and the longest wait in ms; `random` returns a number in [0, 1). */
  constructor(readonly first: number, readonly most: number, readonly random: () => number = Math.random) {}

  /** The next wait in ms. */
  next(): number {
    const longest = Math.min(this.first * 2 ** this.#tries++, this.most);
    return longest * (0.5 + this.random() / 2);
  }

  /** Starts again with the first wait, after a success. */
  reset(): void {
    this.#tries = 0;
  }
}
