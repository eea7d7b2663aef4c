/** What one end counts about a session for people to see (`stats.ts`); it goes on over any number of links. */

import type { Received } from "./receiver.ts";

/** Frames of which the ack is awaited, at most: beyond it the oldest are forgotten and never count as acked. */
const MAX_AWAITED = 64 * 1024;

/** Counts data messages; they go on from link to link. */
export class Counters {
  /** Data messages put on a link; what was sent again and copies count too. */
  sent = 0;
  /** Of those, the ones whose bytes the other end confirmed to the last. */
  acked = 0;
  /** Data messages that came. */
  received = 0;
  /** Of those, the ones that brought nothing new: copies, or of a screen that a resize has ended. Undecodable messages count here too. */
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

  /** What a frame that came had for us. */
  took({ data, gap }: Received): void {
    if (data.length === 0 && !gap) this.dropped++;
  }

  /** A snapshot takes the place of what was sent, of which no ack is to be expected. Returns its number. */
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
