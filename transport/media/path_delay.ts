/** How much longer than the path itself packets take: the queue of a bottleneck, as the round trip shows it. Pure; times in ms. */

/** The least round trip of so long (twice at most) is the path's own; ms. A path that changes for a longer one shows as a queue until then. */
const WINDOW = 15_000;

/** The round trips of one path. */
export class PathDelay {
  #before = Infinity;
  #least = Infinity;
  #from: number | undefined;
  #newest: number | undefined;

  /** A round trip was measured. */
  add(rttMs: number, now: number): void {
    this.#from ??= now;
    if (now - this.#from > WINDOW) {
      this.#before = this.#least;
      this.#least = rttMs;
      this.#from = now;
    }
    this.#least = Math.min(this.#least, rttMs);
    this.#newest = rttMs;
  }

  /** By how much the newest round trip is longer than the path's own, in ms; undefined before there is one. */
  get queueMs(): number | undefined {
    return this.#newest === undefined ? undefined : this.#newest - this.leastMs;
  }

  /** The path's own round trip in ms; 0 before there is one. */
  get leastMs(): number {
    const least = Math.min(this.#before, this.#least);
    return least === Infinity ? 0 : least;
  }

  /** The newest round trip in ms. */
  get rttMs(): number | undefined {
    return this.#newest;
  }
}
