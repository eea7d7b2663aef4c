/**
 * How many wrong secrets a host takes. An attacker learns from KE2 whether its guess was right and needs not answer, so
 * every KE2 handed out counts as a failure until its KE3 proves the secret. Pure: time comes in as ms.
 */

/** At 50 guesses of 2^33 the odds are 1 in 170 million; at 5 a minute a person who mistypes is not in the way. */
export const GUESSES = { perMinute: 5, perSession: 50 } as const;

const MINUTE = 60_000;

/** What to do with one more guess. */
export type GuessAnswer =
  /** Hand out KE2; `guess` settles it later. */
  | { readonly kind: "go"; readonly guess: number }
  /** Others that may prove themselves hold the last places: ask again when one has settled. */
  | { readonly kind: "wait" }
  /** Too many failures; `until` is a time in ms, Infinity when the session takes no more. */
  | { readonly kind: "paused"; readonly until: number };

export class GuessLimit {
  /** When each unproved KE2 of the last minute was handed out, by guess; settled or not. */
  #recent = new Map<number, { readonly at: number; open: boolean }>();
  #failures = 0;
  #next = 1;

  /** Wrong secrets since the session began. */
  get failures(): number {
    return this.#failures;
  }

  /** Guesses that are neither proved nor failed yet. */
  get outstanding(): number {
    let count = 0;
    for (const guess of this.#recent.values()) if (guess.open) count++;
    return count;
  }

  /** Asks for one more guess at time `now`. */
  ask(now: number): GuessAnswer {
    const paused = this.pausedUntil(now);
    if (paused !== null) return { kind: "paused", until: paused };
    if (this.#recent.size >= GUESSES.perMinute || this.#failures + this.outstanding >= GUESSES.perSession) {
      return { kind: "wait" };
    }
    const guess = this.#next++;
    this.#recent.set(guess, { at: now, open: true });
    return { kind: "go", guess };
  }

  /** KE3 proved the secret: the guess never counted. */
  proved(guess: number): void {
    if (this.#recent.get(guess)?.open) this.#recent.delete(guess);
  }

  /** The secret was wrong, or no KE3 came. Counts once. */
  failed(guess: number): void {
    const entry = this.#recent.get(guess);
    if (!entry?.open) return;
    entry.open = false;
    this.#failures++;
  }

  /** When joining goes on, in ms: null if it is not paused, Infinity if never. */
  pausedUntil(now: number): number | null {
    if (this.#failures >= GUESSES.perSession) return Infinity;
    let oldest = Infinity, failed = 0;
    for (const [guess, { at, open }] of this.#recent) {
      if (open) continue;
      if (now - at >= MINUTE) {
        this.#recent.delete(guess);
      } else {
        failed++;
        oldest = Math.min(oldest, at);
      }
    }
    return failed >= GUESSES.perMinute ? oldest + MINUTE : null;
  }
}
