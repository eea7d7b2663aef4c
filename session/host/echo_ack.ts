/** The echo ack: up to which input offset the output certainly shows the effect of the input (mosh, "late ack"). */

/** A program prints the effect of a key within this time, or not soon; mosh uses the same; ms. */
const SETTLE = 50;

/** Tracks from which input offset on the output shows the effect of typing. */
export class EchoTracker {
  #waiting: { offset: number; at: number }[] = [];
  #effect = 0;

  /** Input up to `offset` was handed to the PTY. */
  typed(offset: number, now: number): void {
    // `effect` is not called while there is no link.
    this.effect(now);
    const last = this.#waiting[this.#waiting.length - 1];
    // A flood of input needs only a few steps per SETTLE.
    if (last && now - last.at < SETTLE / 10) last.offset = offset;
    else this.#waiting.push({ offset, at: now });
  }

  /** The highest input offset whose effect is in everything printed until now. */
  effect(now: number): number {
    while (this.#waiting.length > 0 && this.#waiting[0]!.at + SETTLE <= now) {
      this.#effect = this.#waiting.shift()!.offset;
    }
    return this.#effect;
  }

  /** When {@link effect} next rises; Infinity if nothing is waiting. */
  due(): number {
    return this.#waiting.length > 0 ? this.#waiting[0]!.at + SETTLE : Infinity;
  }
}
