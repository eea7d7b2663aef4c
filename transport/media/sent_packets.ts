/**
 * What one viewer was sent lately of one stream, so that a packet that it missed can be sent again (RFC 4585, NACK), within a budget:
 * without one, what is sent again fills a path that is full already, and more gets lost. Pure; times in ms.
 */

import { TokenBucket } from "../token_bucket.ts";
import type { RtpPacket } from "./rtp.ts";

/** Packets that are kept: a second at 9 Mbit/s. They are shared with other viewers, and have at most 1.2 MB. */
const KEPT = 1024;
/** An older packet (ms) is of no use: a keyframe has come meanwhile. */
const OLDEST = 1000;
/** The share of the viewer's rate that may be sent again: as much as a path needs that loses one packet in four, and again of those. */
const SHARE = 0.35;
/** The budget saves up for so long; ms. */
const BURST = 500;
/** At least one packet may always be saved for; bytes. */
const LEAST_BURST = 2400;

interface Sent {
  readonly packet: RtpPacket;
  readonly sequence: number;
  readonly at: number;
  resentAt: number;
}

/**
 * Why a packet is not sent again. Who asks for one that is gone can't go on without a keyframe; who asks too much, or too soon, asks again.
 */
export type NotAgain = "gone" | "on its way" | "over budget";

/** The newest packets of one stream to one viewer, by sequence number. */
export class SentPackets {
  readonly #ring: (Sent | undefined)[] = new Array(KEPT);
  #budget: TokenBucket | undefined;
  #bitrate = 0;

  /** `budget`: false leaves it out, for ablations. */
  constructor(readonly budget = true) {}

  /** Bits a second that the viewer is sent: what may be sent again follows it. */
  limit(bitrate: number, now: number): void {
    if (bitrate === this.#bitrate) return;
    const perSecond = bitrate / 8 * SHARE;
    const next = new TokenBucket({ perSecond, burst: Math.max(LEAST_BURST, perSecond * BURST / 1000) }, now);
    // A change of the rate gives no new tokens.
    if (this.#budget) next.consume(now, Math.max(0, next.rate.burst - this.#budget.level(now)));
    this.#budget = next;
    this.#bitrate = bitrate;
  }

  add(sequence: number, packet: RtpPacket, now: number): void {
    this.#ring[sequence % KEPT] = { packet, sequence, at: now, resentAt: -Infinity };
  }

  /** The packet that is to be sent again, or why none is. */
  again(sequence: number, rttMs: number, now: number): RtpPacket | NotAgain {
    const sent = this.#ring[sequence % KEPT];
    if (sent?.sequence !== sequence || now - sent.at > OLDEST) return "gone";
    if (now - sent.resentAt < rttMs) return "on its way";
    if (this.budget && this.#budget?.tryConsume(now, sent.packet.bytes.length) !== true) return "over budget";
    sent.resentAt = now;
    return sent.packet;
  }
}
