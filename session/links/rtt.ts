/** Round-trip estimation: RFC 6298's SRTT and RTTVAR, with our own bounds on the RTO. */

/** Below this a scheduling hiccup would look like a loss; ms. */
const RTO_MIN = 50;
/** Above this a lost frame is felt as a stall whatever the link; ms. */
const RTO_MAX = 1000;
/** The least allowance for jitter on top of SRTT; ms. */
const JITTER_MIN = 10;
/** How long the smallest round trip stays the floor for judging queues; ms. */
const FLOOR_AGE = 30_000;
/**
 * If nothing was heard for an RTO and this long, or for the maximum below, while bytes are unacked, the path has an outage and is not slow.
 * What is sent after that is queued in SCTP until the outage ends; ms.
 */
const BEYOND_RTO = 150;
const SILENCE_MOST = 600;

/** After how long without a packet the path counts as silent, in ms, with this RTO (ms). */
export function silence(rto: number): number {
  return Math.min(SILENCE_MOST, rto + BEYOND_RTO);
}

/** Smoothed round trip, deviation and minimum of one path (RFC 6298). */
export class RttEstimator {
  #srtt: number | undefined;
  #rttvar = 0;
  #floor = Infinity;
  #floorAt = 0;
  #sampledAt = -Infinity;

  /** Takes one measured round trip in ms. */
  sample(rtt: number, now: number): void {
    if (this.#srtt === undefined) {
      this.#srtt = rtt;
      this.#rttvar = rtt / 2;
    } else {
      this.#rttvar += (Math.abs(rtt - this.#srtt) - this.#rttvar) / 4;
      this.#srtt += (rtt - this.#srtt) / 8;
    }
    this.#sampledAt = now;
    if (rtt <= this.#floor || now - this.#floorAt > FLOOR_AGE) {
      this.#floor = rtt;
      this.#floorAt = now;
    }
  }

  /** Smoothed round trip in ms; undefined before the first sample. */
  get srtt(): number | undefined {
    return this.#srtt;
  }

  /** Mean deviation in ms. */
  get rttvar(): number {
    return this.#rttvar;
  }

  /** The smallest round trip of late, in ms; undefined before the first sample. */
  get floor(): number | undefined {
    return this.#srtt === undefined ? undefined : this.#floor;
  }

  /** When the last round trip was measured; the clock's ms, -Infinity before the first. */
  get sampledAt(): number {
    return this.#sampledAt;
  }

  /** After how long without an ack a frame counts as lost, in ms. RTO_MAX/2 before the first sample. */
  get rto(): number {
    if (this.#srtt === undefined) return RTO_MAX / 2;
    return Math.min(RTO_MAX, Math.max(RTO_MIN, this.#srtt + Math.max(4 * this.#rttvar, JITTER_MIN)));
  }
}
