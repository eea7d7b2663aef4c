/** For how long a path carried nothing that was waited for. Pure. */

/** Over which time outages count, ms. */
export const OUTAGE_SPAN = 60_000;
/** Outages remembered; more of them in a minute are one long one for all purposes. */
const MOST = 64;

interface Outage {
  readonly end: number;
  readonly ms: number;
}

/** Records when a path delivered nothing. */
export class Outages {
  #past: Outage[] = [];

  /** Nothing came for `ms` until `now`, though something was waited for. */
  add(ms: number, now: number): void {
    this.#past = [...this.#past.filter(({ end }) => end > now - OUTAGE_SPAN), { end: now, ms }].slice(-MOST);
  }

  /** How much of the last minute they took, ms. */
  within(now: number): number {
    const from = now - OUTAGE_SPAN;
    return this.#past.reduce((sum, { end, ms }) => sum + Math.max(0, end - Math.max(end - ms, from)), 0);
  }
}
