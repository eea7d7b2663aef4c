/** One number for the quality of a link: `PROTOCOL.md`, "Health". Pure. */

export interface Symptoms {
  /** The fraction of messages lost in the worse direction. */
  readonly loss: number;
  /** The smoothed round trip and the least of the last 30 s, ms. */
  readonly smoothed: number;
  readonly least: number;
  /** ms (RFC 3550, 6.4.1). */
  readonly jitter: number;
  /** For how much of the last minute the path delivered nothing although something was awaited, in ms. */
  readonly outages: number;
}

/** The loss at which a link's health is 0: of three messages in a row one arrives. */
const LOSS_MOST = 0.66;
/** Queueing time, and jitter, at which health is halved: above it people notice that keys come late or unevenly; ms. */
const QUEUE_HALF = 150;
const JITTER_HALF = 60;
/** Outages in a minute after which health is 0, in ms. */
const OUTAGE_MOST = 10_000;

/** From 0 (nothing arrives) to 100 (as good as this path can be): a long but steady path is healthy. */
export function health({ loss, smoothed, least, jitter, outages }: Symptoms): number {
  const parts = [
    1 - loss / LOSS_MOST,
    QUEUE_HALF / (QUEUE_HALF + Math.max(0, smoothed - least)),
    JITTER_HALF / (JITTER_HALF + jitter),
    1 - outages / OUTAGE_MOST,
  ];
  return Math.round(100 * parts.reduce((product, part) => product * Math.max(0, part), 1));
}
