/** Waits that double up to a limit, each drawn from its upper half, so that many clients of one lost road come back spread out. */
export class Backoff {
  #tries = 0;

  /** `first` and `most` in ms; `random` is in [0, 1). */
  constructor(readonly first: number, readonly most: number, readonly random: () => number = Math.random) {}

  /** The next wait in ms. */
  next(): number {
    const longest = Math.min(this.first * 2 ** this.#tries++, this.most);
    return longest * (0.5 + this.random() / 2);
  }

  reset(): void {
    this.#tries = 0;
  }
}
