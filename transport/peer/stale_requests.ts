/** Tells a wish for another link that was made in a cut, and comes after it, from one that still stands. */

/** So long after a cut TCP still brings what was asked for in it: its own timer has doubled several times; ms. */
const BELATED = 5000;
/** Those of one cut come together. A viewer that cannot hear us though we hear it asks again 3 s later, and gets its link then; ms. */
const TOGETHER = 2000;

export class StaleRequests {
  /** When the first wish came after which return of the direct link. */
  #cut = { returnedAt: -Infinity, first: -Infinity };

  /** Whether a wish that comes now was made in the cut whose end, at `returnedAt`, the direct link was the first to tell; ms. */
  is(returnedAt: number, now: number): boolean {
    if (now - returnedAt >= BELATED) return false;
    if (this.#cut.returnedAt !== returnedAt) this.#cut = { returnedAt, first: now };
    return now - this.#cut.first < TOGETHER;
  }
}
