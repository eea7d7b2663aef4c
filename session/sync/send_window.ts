/**
 * How many bytes may be unacked: what the path and the viewer handle in one round trip and a little more, by the measured delivery rate
 * (the idea of BBR and LEDBAT: keep the queue short, judge by acks and not by loss).
 */

/** The queue that is allowed to build up, in ms of delivery: short, because a Ctrl-C waits behind it. */
const QUEUE = 40;
/** With less, small bursts would wait for acks; with more, data would be queued in SCTP on a path with much loss. Bytes. */
const MIN = 4 * 1024;
/** More than any path here delivers in a round trip and QUEUE; bytes. */
const MAX = 4 * 1024 * 1024;
/** The window of an unknown path: about SCTP's own first window. Bytes. */
const START = 16 * 1024;
/** The shortest time over which a rate is measured, so that one burst of acks is not a rate; ms. */
const PERIOD = 20;

/** The number of bytes that may be in flight on one path. */
export class SendWindow {
  #size = START;
  #since: number | undefined;
  #bytes = 0;
  #starting = true;

  /** Bytes that may be unacked. */
  get size(): number {
    return this.#size;
  }

  /**
   * @param bytes newly acked
   * @param took the time from sending to ack of the newest of them, ms
   * @param floor the least such time, ms
   * @param clean whether the path loses next to nothing
   * @param limited whether more would have been sent had the window been larger: only then acks tell the rate
   */
  acked(
    { bytes, took, floor, clean, limited }: {
      readonly bytes: number;
      readonly took: number;
      readonly floor: number;
      readonly clean: boolean;
      readonly limited: boolean;
    },
    now: number,
  ): void {
    if (!limited) {
      this.#since = undefined;
      return;
    }
    // Slow start: a path without loss has no queue yet, so the window doubles each round trip. Half of QUEUE is left for what the doubling
    // itself adds.
    if (this.#starting && clean && took <= floor + QUEUE / 2) {
      this.#size = Math.min(MAX, this.#size + bytes);
      return;
    }
    this.#starting = false;
    if (this.#since === undefined) {
      this.#since = now;
      this.#bytes = 0;
      return;
    }
    this.#bytes += bytes;
    const elapsed = now - this.#since;
    if (elapsed < Math.max(PERIOD, floor)) return;
    const wanted = (this.#bytes / elapsed) * (floor + QUEUE);
    // Half of the difference each time: one slow period (a garbage collection, a lost packet) does not halve a good path.
    this.#size = Math.min(MAX, Math.max(MIN, (this.#size + wanted) / 2));
    this.#since = now;
    this.#bytes = 0;
  }
}
