/** The counters of a session for its statistics (`stats.ts`), over all its links. */

import type { Received } from "./receiver.ts";

/** The most frames whose acknowledgement is awaited: beyond it the oldest are forgotten and never count as acked. */
const MAX_AWAITED = 64 * 1024;

/** Counts data messages; they go on from link to link. */
export class Counters {
  /** Data messages sent, including retransmissions and copies. */
  sent = 0;
  /** Those of which the other end has confirmed every byte. */
  acked = 0;
  /** Data messages received. */
  received = 0;
  /** Those without new data: copies, or of a screen that a resize has ended. Malformed messages count here too. */
  dropped = 0;
  /** Requests for a new screen: sent by a viewer, received by a host. */
  resyncs = 0;
  /** Snapshots sent by a host, or received by a viewer. */
  snapshots = 0;
  #awaited: number[] = [];
  #first = 0;

  /** A frame that ends at `end` was put on the link. */
  frameSent(end: number): void {
    this.sent++;
    if (this.#awaited.length - this.#first >= MAX_AWAITED) this.#first++;
    this.#awaited.push(end);
    if (this.#first > MAX_AWAITED) this.#tidy();
  }

  /** The other end has all below `have`. */
  ackedTo(have: number): void {
    while (this.#first < this.#awaited.length && this.#awaited[this.#first]! <= have) {
      this.#first++;
      this.acked++;
    }
    if (this.#first === this.#awaited.length) this.#tidy();
  }

  /** Counts a received frame by what was new in it. */
  took({ data, gap }: Received): void {
    if (data.length === 0 && !gap) this.dropped++;
  }

  /** A snapshot replaces earlier messages, which are then never acknowledged. Returns its number. */
  snapshot(): number {
    this.#first = this.#awaited.length;
    this.#tidy();
    return ++this.snapshots;
  }

  #tidy(): void {
    this.#awaited = this.#awaited.slice(this.#first);
    this.#first = 0;
  }
}
