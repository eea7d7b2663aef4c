/**
 * Quiet mode: a path that is cut gets a small probe now and then instead of every key. Otherwise SCTP's window falls to one MTU,
 * stale frames come out after the cut, and the association aborts 12.6 s after it began (design, section 4, measured).
 */

/** Nothing heard for this long with bytes unacked: the path is cut, not slow; ms. */
const SILENCE = 600;
/** Between probes; ms. */
const PROBE = 250;
/** Between probes of a cut that has lasted PROBE_LONG_AFTER; ms. */
const PROBE_LONG = 500;
const PROBE_LONG_AFTER = 6000;

export class Quiet {
  #since: number | undefined;
  #probeAt = 0;

  get on(): boolean {
    return this.#since !== undefined;
  }

  /** Notes how things stand: when the path was last heard, and since when bytes have been unacked. */
  check(heardAt: number, unackedSince: number, now: number): void {
    if (this.#since !== undefined || now < this.at(heardAt, unackedSince)) return;
    this.#since = now;
    this.#probeAt = now;
  }

  /** When silence comes to mean a cut. */
  at(heardAt: number, unackedSince: number): number {
    return Math.max(heardAt, unackedSince) + SILENCE;
  }

  /** Whether a probe is due; the next one is counted from here. */
  probe(now: number): boolean {
    if (this.#since === undefined || now < this.#probeAt) return false;
    this.#probeAt = now + (now - this.#since < PROBE_LONG_AFTER ? PROBE : PROBE_LONG);
    return true;
  }

  /** When the next probe is due. */
  get due(): number {
    return this.#probeAt;
  }

  /** Something was heard. Returns whether it had been quiet. */
  end(): boolean {
    const was = this.on;
    this.#since = undefined;
    return was;
  }
}
