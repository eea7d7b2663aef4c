/** The echo ack: which of a viewer's input the output surely shows by now (mosh, "late ack"). */

/** A program that has not printed the effect of a key by then will not soon; mosh waits as long; ms. */
const SETTLE = 50;

/** Tracks from which input offset on the output shows the effect of typing. */
export class EchoTracker {
  #waiting: { offset: number; at: number }[] = [];
  #effect = 0;

  /** Input up to `offset` was handed to the PTY. */
  typed(offset: number, now: number): void {
    // Nobody asks while there is no link.
    this.effect(now);
    const last = this.#waiting[this.#waiting.length - 1];
    // A flood of input needs no finer steps than a few per SETTLE.
    if (last && now - last.at < SETTLE / 10) last.offset = offset;
    else this.#waiting.push({ offset, at: now });
  }

  /** The highest input offset of which the effect shows in all that was printed until now. */
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
