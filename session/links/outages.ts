/** How long a path delivered nothing although something was awaited. Pure. */

/** The time over which outages count, in ms. */
export const OUTAGE_SPAN = 60_000;
/** The most outages remembered; more of them in a minute count as one long one. */
const MOST = 64;

interface Outage {
  readonly end: number;
  readonly ms: number;
}

/** Records when a path delivered nothing. */
export class Outages {
  #past: Outage[] = [];

  /** Nothing came for `ms` until `now`, although something was awaited. */
  add(ms: number, now: number): void {
    this.#past = [...this.#past.filter(({ end }) => end > now - OUTAGE_SPAN), { end: now, ms }].slice(-MOST);
  }

  /** The total length of the last minute's outages, in ms. */
  within(now: number): number {
    const from = now - OUTAGE_SPAN;
    return this.#past.reduce((sum, { end, ms }) => sum + Math.max(0, end - Math.max(end - ms, from)), 0);
  }
}
