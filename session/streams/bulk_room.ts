/**
 * How many bytes of opened streams may be on their way at once: what the path delivers in a round trip and a little more, so that it is kept busy
 * and neither a key nor a short request waits behind a large file. By the delivery rate (the idea of BBR,
 * draft-cardwell-iccrg-bbr-congestion-control): a loss that the transport repairs says nothing of it. Pure.
 */

/** Bytes at the least: more than SCTP has on its way over a path that loses much. */
const LEAST = 8 * 1024;
/** And at the most: what the bulk lane lets be in flight (`transport/webrtc/bulk_lane.ts`). */
const MOST = 2 * 1024 * 1024;
/** At first; bytes. */
const START = 64 * 1024;
/** The rate is measured over a round trip, at least so long; ms. */
const PERIOD = 20;
/** The lane's acks come 10 ms later than they could, and half of that may wait in a queue; ms. */
const BEYOND = 15;
/** Round trips of the terminal are longer than the least by this: there is a queue, in which keys wait. A packet takes 10 ms at a megabit; ms. */
const QUEUED = 8;
/** Longer ago nobody has typed: no key waits, and nothing is known of the queue; ms. */
const RECENT = 1000;
/**
 * How much more than the round trip, so that the rate can show that there is more: while somebody types, and while nobody does. Acks of a busy
 * machine come late, all at once: BBR has twice the round trip on its way for that.
 */
const MORE = 1.25;
const MORE_ALONE = 2;
/** How much of the room is left each period while there is a queue. */
const SHRINKS = 0.9;
/** At first the room is so many times what was delivered in a round trip, as of BBR, so that it doubles in each. */
const STARTING = 2.9;
/** The start is over when the rate has not risen by {@link MORE} in so many periods: a larger room shows in the rate a round trip later. */
const FLAT = 3;
/** A rate that was seen once counts for less each period: paths change. */
const FADES = 0.9;
/** Of what there is room for, put on the channel at once: a burst is a queue. */
const AT_ONCE = 1 / 4;
/** Less is left until there is more: small packets cost as much as large ones. */
const LEFT = 1 / 8;

/** What is known of the path's round trip (`links/rtt.ts`), ms. */
export interface RoundTrip {
  readonly srtt: number | undefined;
  readonly floor: number | undefined;
  readonly sampledAt: number;
}

/** How much may be on its way on one link. */
export class BulkRoom {
  #size = START;
  /** Bytes put on the channel in all, and how many of them had been delivered when the period began. */
  #put = 0;
  /** Where what was put at a time ends, the oldest first; each has some bytes, so that there are no more than the room has pieces. */
  #marks: { readonly end: number; readonly at: number }[] = [];
  /** The least time from the channel to the ack, ms: the round trip of a path on which the terminal has measured none. */
  #floor = Infinity;
  #delivered = 0;
  #since: number;
  /** Bytes a ms. */
  #rate = 0;
  /** At the start: the rate that was the last to be so much higher, and how many periods ago that was. */
  #starting = true;
  #risen = 0;
  #flat = 0;
  /** Nobody has typed of late. */
  #alone = true;
  /** More would have gone in this period, had there been room: only then it tells the rate. */
  #limited = false;

  /** @param now ms of a steady clock, as everywhere here */
  constructor(now: number) {
    this.#since = now;
  }

  /** Bytes that may be on the channel at once. */
  get size(): number {
    return this.#size;
  }

  /** So many bytes were put on the channel. */
  sent(bytes: number, now: number): void {
    this.#put += bytes;
    this.#marks.push({ end: this.#put, at: now });
  }

  /** More waits than there is room for. */
  limited(): void {
    this.#limited = true;
  }

  /**
   * Bytes that may go now.
   * @param buffered bytes on the channel that the far end has not acked
   * @param rtt the terminal's
   */
  left(buffered: number, rtt: RoundTrip, now: number): number {
    const elapsed = now - this.#since;
    const delivered = this.#put - buffered;
    this.#timed(delivered, now);
    const floor = rtt.floor ?? this.#floor;
    const alone = now - rtt.sampledAt >= RECENT;
    // Somebody begins to type.
    if (this.#alone && !alone && this.#rate > 0) this.#drain(this.#rate * (floor + BEYOND) * MORE);
    this.#alone = alone;
    if (floor < Infinity && elapsed >= Math.max(PERIOD, floor)) {
      const queue = (rtt.srtt ?? 0) - (rtt.floor ?? 0);
      const queued = queue > QUEUED && !alone;
      if (this.#limited) this.#measured((delivered - this.#delivered) / elapsed, floor, queued);
      this.#delivered = delivered;
      this.#since = now;
      this.#limited = false;
    }
    const left = this.#size - buffered;
    return left < this.#size * LEFT ? 0 : Math.ceil(Math.min(left, this.#size * AT_ONCE));
  }

  /** Takes the least time to an ack from what was delivered since it was asked last. */
  #timed(delivered: number, now: number): void {
    const known = this.#marks.findIndex(({ end }) => end > delivered);
    const acked = this.#marks.splice(0, known < 0 ? this.#marks.length : known).at(-1);
    if (acked) this.#floor = Math.min(this.#floor, now - acked.at);
  }

  #measured(rate: number, floor: number, queued: boolean): void {
    this.#rate = Math.max(rate, this.#rate * FADES);
    const pipe = this.#rate * (floor + BEYOND);
    if (this.#starting) this.#start(rate, pipe, queued);
    if (queued) {
      this.#size = Math.max(LEAST, Math.min(this.#size, Math.max(pipe, this.#size * SHRINKS)));
    } else {
      const more = this.#starting ? STARTING : this.#alone ? MORE_ALONE : MORE;
      this.#size = Math.min(MOST, Math.max(this.#size, pipe * more));
    }
  }

  /** Whether the path has shown all that it carries. */
  #start(rate: number, pipe: number, queued: boolean): void {
    if (rate > this.#risen * MORE) {
      this.#risen = rate;
      this.#flat = 0;
    } else this.#flat++;
    if (this.#flat < FLAT && !queued) return;
    this.#starting = false;
    this.#drain(pipe * MORE_ALONE);
  }

  /** What is on its way beyond that is a queue by now. */
  #drain(size: number): void {
    this.#size = Math.min(this.#size, Math.max(START, size));
  }
}
