/**
 * What waits to be sent to one viewer. A picture of usual size goes at once; a large one, mostly a keyframe, is spread over time, so that it
 * does not overflow the queue of a bottleneck. Pure; times in ms.
 */

import { TokenBucket } from "../token_bucket.ts";
import type { RtpPacket } from "./rtp.ts";

/** How much faster than the viewer's rate packets leave: a keyframe of six usual pictures takes as long as two and a half of them. */
const SPEED = 2.5;
/** What goes at once: so many ms of the rate, and some packets (bytes) at low rates. */
const BURST = 20;
const LEAST_BURST = 3000;
/** Timers have this step; ms. */
const SHORTEST = 1;
/** Bytes that wait at most: beyond that pictures are dropped before they get here, so this is one large keyframe. */
const MOST = 4 * 1024 * 1024;

/** The queue of one viewer. Sizes in bytes. */
export class Pacer {
  readonly #waiting: RtpPacket[] = [];
  #head = 0;
  #bytes = 0;
  #bucket: TokenBucket;
  #bitrate: number;

  /** `bitrate`: bits a second of the viewer; `paced` false leaves the pacer out, for ablations. */
  constructor(bitrate: number, now: number, readonly paced = true) {
    this.#bitrate = bitrate;
    this.#bucket = bucketOf(bitrate, now);
  }

  /** How long what waits takes to leave; ms. */
  get queueMs(): number {
    return this.#bytes / this.#bucket.rate.perSecond * 1000;
  }

  set bitrate(bitrate: number) {
    this.#bitrate = bitrate;
  }

  /** Adds packets of one picture; false if there is no room, and then none is added. */
  add(packets: readonly RtpPacket[]): boolean {
    const bytes = packets.reduce((sum, packet) => sum + packet.bytes.length, 0);
    if (this.#bytes + bytes > MOST) return false;
    this.#waiting.push(...packets);
    this.#bytes += bytes;
    return true;
  }

  /** The next packet that may leave at `now`, or undefined. */
  next(now: number): RtpPacket | undefined {
    const packet = this.#waiting[this.#head];
    if (packet === undefined) return undefined;
    this.#follow(now);
    if (this.paced && this.#bucket.level(now) <= 0) return undefined;
    this.#bucket.consume(now, packet.bytes.length);
    this.#bytes -= packet.bytes.length;
    if (++this.#head === this.#waiting.length) {
      this.#waiting.length = this.#head = 0;
    }
    return packet;
  }

  /** When the next packet may leave; Infinity if none waits. */
  due(now: number): number {
    if (this.#head === this.#waiting.length) return Infinity;
    const level = this.#bucket.level(now);
    return level > 0 ? now : now + Math.max(SHORTEST, -level / this.#bucket.rate.perSecond * 1000);
  }

  clear(): void {
    this.#waiting.length = this.#head = this.#bytes = 0;
  }

  #follow(now: number): void {
    if (this.#bucket.rate.perSecond === perSecond(this.#bitrate)) return;
    const level = this.#bucket.level(now);
    this.#bucket = bucketOf(this.#bitrate, now);
    this.#bucket.consume(now, Math.max(0, this.#bucket.rate.burst - level));
  }
}

function perSecond(bitrate: number): number {
  return bitrate / 8 * SPEED;
}

function bucketOf(bitrate: number, now: number): TokenBucket {
  return new TokenBucket(
    { perSecond: perSecond(bitrate), burst: LEAST_BURST + bitrate / 8 * BURST / 1000 },
    now,
  );
}
