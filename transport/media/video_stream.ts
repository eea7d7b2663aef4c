/** One viewer's video: which pictures it gets, when their packets leave, and what is sent again. Pure but for `send`; times in ms since 1970. */

import type { Layer } from "./layers.ts";
import type { OfferedStream } from "./offered_stream.ts";
import { Pacer } from "./pacer.ts";
import { FIRST_RATE, FLOOR, RateControl, type RateRules } from "./rate_control.ts";
import type { RtcpEvent } from "./rtcp.ts";
import { patchRtp, type RtpPacket } from "./rtp.ts";
import { SentPackets } from "./sent_packets.ts";
import { roundTrip } from "./sender_report.ts";

/** A picture as packets, which all viewers share. */
export interface PacketPicture {
  readonly layer: Layer;
  readonly keyframe: boolean;
  readonly packets: readonly RtpPacket[];
}

/** Our own queue (ms) above which a viewer loses pictures: from there on each further one would only be older. */
const FULL_QUEUE = 200;
/** The queue below which a keyframe is worth asking for again. */
const DRAINED = 50;
/** The round trip before the first report; ms. */
const FIRST_RTT = 100;
/** How long a keyframe takes beside the round trip: the pacer, and what is sent again; ms. */
const KEYFRAME_SLACK = 200;
/** Bytes that are counted over this time for the rate in numbers; ms. */
const SECOND = 1000;

/** See above. `send` gives a packet to the network; false if it did not go. */
export class VideoStream {
  readonly rate: RateControl;
  /** Pictures that the viewer did not get because it is slow. */
  dropped = 0;
  keyframes = 0;
  /** Packets that were sent again, and those that were asked for in vain. */
  resent = 0;
  refused = 0;
  /** Totals for sender reports. */
  packets = 0;
  bytes = 0;
  #layer: Layer = "main";
  /** Nothing can be sent before a keyframe. */
  #needsKeyframe = true;
  /** The viewer can't go on without one; what it is sent meanwhile may be of use, if a keyframe is on its way. */
  #asksKeyframe = false;
  /** The sequence number of the newest keyframe's first packet, and when that was sent. */
  #keyframe = { sequence: 0, at: -Infinity };
  #sequence: number;
  readonly #offered: OfferedStream;
  readonly #send: (packet: Uint8Array) => boolean;
  readonly #pacer: Pacer;
  readonly #sent: SentPackets;
  /** The highest sequence number that the viewer reported. */
  #highest: number | undefined;
  #second = { from: 0, bytes: 0, rate: 0, resent: 0 };
  /** Bits a second that were sent again, smoothed. */
  #resentRate = 0;

  /** `sequence`: the first sequence number, 0 to 65,535. */
  constructor(
    offered: OfferedStream,
    send: (packet: Uint8Array) => boolean,
    options: {
      readonly sequence: number;
      readonly maxBitrate: number;
      readonly now: number;
      readonly rules: RateRules;
    },
  ) {
    this.#offered = offered;
    this.#send = send;
    this.#sequence = options.sequence;
    this.rate = new RateControl(options.maxBitrate, options.now, options.rules);
    this.#sent = new SentPackets(options.rules.resendBudget);
    this.#pacer = new Pacer(Math.min(FIRST_RATE, options.maxBitrate), options.now, options.rules.pacer);
  }

  /** The layer that this viewer is shown. */
  get layer(): Layer {
    return this.#layer;
  }

  get queueMs(): number {
    return this.#pacer.queueMs;
  }

  /** Bits a second that the viewer's pictures may have: what is sent again needs its share of the rate too. */
  get target(): number {
    return Math.max(FLOOR, this.rate.target - this.#resentRate);
  }

  /** Bits a second over the last whole second. */
  sentBitrate(now: number): number {
    return now - this.#second.from > 2 * SECOND ? 0 : this.#second.rate;
  }

  /** The layer of which a keyframe is needed; undefined while none is, or while it would wait behind others. */
  wantsKeyframe(layer: Layer): boolean {
    return (this.#needsKeyframe || this.#asksKeyframe || this.#layer !== layer) && this.queueMs <= DRAINED;
  }

  /** The viewer begins anew with the next keyframe. */
  restart(): void {
    this.#needsKeyframe = true;
    this.#pacer.clear();
  }

  /** Takes a picture of any layer. `wanted` is the layer where the viewer belongs: it changes there with a keyframe, and is shown the other until then. */
  picture(picture: PacketPicture, wanted: Layer, now: number): void {
    if (picture.keyframe && picture.layer === wanted) {
      if (this.#layer !== wanted || this.#needsKeyframe) this.#pacer.clear();
      this.#layer = wanted;
      this.#needsKeyframe = this.#asksKeyframe = false;
      this.#keyframe = { sequence: this.#sequence, at: now };
      this.keyframes++;
    }
    if (picture.layer !== this.#layer || this.#needsKeyframe) return;
    if (!picture.keyframe && this.queueMs > FULL_QUEUE || !this.#pacer.add(picture.packets)) {
      this.#needsKeyframe = true;
      this.dropped++;
      return;
    }
    this.pump(now);
  }

  /** Sends what may leave. */
  pump(now: number): void {
    for (let packet = this.#pacer.next(now); packet !== undefined; packet = this.#pacer.next(now)) {
      const sequence = this.#sequence;
      if (!this.#transmit(packet, sequence, now)) continue;
      this.#sequence = (sequence + 1) & 0xFFFF;
      this.#sent.add(sequence, packet, now);
      this.packets++;
      this.bytes += packet.bytes.length;
    }
  }

  due(now: number): number {
    return this.#pacer.due(now);
  }

  /** What the viewer said of this stream. */
  receive(event: RtcpEvent, now: number): void {
    switch (event.kind) {
      case "report":
        this.#report(event, now);
        break;
      case "remb":
        this.rate.estimate(event.bitrate, now);
        break;
      case "nack":
        for (const sequence of event.sequences) this.#resend(sequence, now);
        break;
      case "keyframe":
        this.#ask(now);
    }
  }

  /** Follows the rate; call it at least each second. */
  tick(now: number): void {
    this.rate.tick(now);
    this.#pacer.bitrate = this.rate.target;
    this.#sent.limit(this.rate.target, now);
    this.pump(now);
  }

  #resend(sequence: number, now: number): void {
    // What was sent before the newest keyframe is of no use.
    if ((sequence - this.#keyframe.sequence) << 16 < 0) return;
    const packet = this.#sent.again(sequence, this.rate.rttMs ?? FIRST_RTT, now);
    if (packet === "gone") this.#ask(now);
    if (typeof packet === "string") this.refused++;
    else if (this.#transmit(packet, sequence, now)) {
      this.resent++;
      this.#second.resent += packet.bytes.length;
    }
  }

  #report({ lost, highest, lastReport, heldMs }: Extract<RtcpEvent, { kind: "report" }>, now: number): void {
    // A hostile number of packets would only weigh this viewer's own report.
    const packets = this.#highest === undefined ? 0 : (highest - this.#highest) & 0xFFFF;
    this.#highest = highest;
    this.rate.report(lost, packets, roundTrip(now, lastReport, heldMs), now);
  }

  /** The viewer needs a keyframe, unless it asked before it can have had the newest one. */
  #ask(now: number): void {
    if (now - this.#keyframe.at > (this.rate.rttMs ?? FIRST_RTT) + KEYFRAME_SLACK) this.#asksKeyframe = true;
  }

  #transmit(packet: RtpPacket, sequence: number, now: number): boolean {
    const { payloadType, ids } = this.#offered;
    patchRtp(packet, { payloadType, sequence, ids, sentAt: now });
    if (now - this.#second.from >= SECOND) {
      const { from, bytes, resent } = this.#second;
      const perSecond = 8000 / (now - from);
      this.#second = { from: now, bytes: 0, rate: bytes * perSecond, resent: 0 };
      this.#resentRate += (resent * perSecond - this.#resentRate) / 2;
    }
    this.#second.bytes += packet.bytes.length;
    this.rate.sent(packet.bytes.length, now);
    return this.#send(packet.bytes);
  }
}
