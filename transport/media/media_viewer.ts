/** One viewer of the desktop's media: its connection, its video, its sound, its reports. Times in ms since 1970. */

import { type Demand, type Layer, RETURN_AFTER } from "./layers.ts";
import type { MediaConnection } from "./media_connection.ts";
import type { RateRules } from "./rate_control.ts";
import type { RtcpEvent } from "./rtcp.ts";
import { patchRtp, type RtpPacket } from "./rtp.ts";
import { TokenBucket } from "../token_bucket.ts";
import { buildSenderReport, type ReportedStream } from "./sender_report.ts";
import { VideoStream } from "./video_stream.ts";

/** What is known of one viewer's media. */
export interface ViewerNumbers {
  readonly layer: Layer;
  /** Bits a second that it may be sent, and that it was sent over the last second. */
  readonly bitrate: number;
  readonly sentBitrate: number;
  /** What waits at the host takes so long; ms. */
  readonly queueMs: number;
  readonly rttMs: number | undefined;
  /** The share of packets lost by its newest report, 0 to 1. */
  readonly lost: number;
  /** Its own estimate, bits a second. */
  readonly remb: number | undefined;
  /** Packets that it asked for again: sent, and not sent (too old, too often, or the budget was spent). */
  readonly resent: number;
  readonly refused: number;
  /** Pictures that it lost because it is slow. */
  readonly droppedPictures: number;
  readonly keyframes: number;
}

/** What is used of a viewer's connection. */
export type ViewerTracks = Pick<MediaConnection, "offer" | "send" | "onrtcp">;

/** Reports are sent so often while there are pictures, and while the screen is still; ms. Round trips are measured by them: a queue on the path shows as soon as a report went through it. */
const REPORT_EVERY = 200;
const REPORT_STILL = 1000;

/**
 * Keyframes that one viewer may cause: each costs all viewers as much as six pictures, so who asks without end (or lies) gets one each two
 * seconds.
 */
const KEYFRAMES = { burst: 4, perSecond: 0.5 };

/** What a viewer is sent, and what it said. */
export class MediaViewer {
  readonly video: VideoStream;
  readonly demand: Demand;
  #shows = true;
  #hears = false;
  readonly #connection: ViewerTracks;
  readonly #sound: { sequence: number; packets: number; bytes: number };
  readonly #keyframes: TokenBucket;
  #reportAt = 0;
  /** Packets of video at the newest report. */
  #reported = 0;

  constructor(
    connection: ViewerTracks,
    options: {
      readonly random: () => number;
      readonly maxBitrate: number;
      readonly now: number;
      readonly rules: RateRules;
    },
  ) {
    const { offer } = connection;
    if (!offer) throw new TypeError("a viewer is added when its connection is open");
    const sequence = () => Math.floor(options.random() * 2 ** 16);
    this.#connection = connection;
    this.#keyframes = new TokenBucket(KEYFRAMES, options.now);
    this.#sound = { sequence: sequence(), packets: 0, bytes: 0 };
    this.video = new VideoStream(offer.video, (packet) => connection.send("video", packet), {
      sequence: sequence(),
      maxBitrate: options.maxBitrate,
      now: options.now,
      rules: options.rules,
    });
    this.demand = {
      target: this.video.rate.target,
      layer: "main",
      since: undefined,
      patience: RETURN_AFTER,
      movedAt: -Infinity,
    };
  }

  get shows(): boolean {
    return this.#shows;
  }

  /** Whether a keyframe of the layer is to be asked for on this viewer's behalf, and may be. */
  wantsKeyframe(layer: Layer, now: number): boolean {
    return this.#shows && this.demand.layer === layer && this.video.wantsKeyframe(layer) &&
      this.#keyframes.level(now) >= 1;
  }

  /** A keyframe was asked for on its behalf. */
  chargeKeyframe(now: number): void {
    this.#keyframes.charge(now, 1);
  }

  show(video: boolean, audio: boolean): void {
    if (video !== this.#shows) this.video.restart();
    this.#shows = video;
    this.#hears = audio && this.#connection.offer?.audio !== undefined;
  }

  sound(packet: RtpPacket, payloadBytes: number, now: number): void {
    if (!this.#hears) return;
    const { payloadType, ids } = this.#connection.offer!.audio!;
    const sound = this.#sound;
    patchRtp(packet, { payloadType, sequence: sound.sequence, ids, sentAt: now });
    if (!this.#connection.send("audio", packet.bytes)) return;
    sound.sequence = (sound.sequence + 1) & 0xFFFF;
    sound.packets++;
    sound.bytes += payloadBytes;
  }

  /** What the viewer said; `ssrc` is the video's. What it says of sound moves no rate. */
  receive(event: RtcpEvent, ssrc: number, now: number): void {
    if (event.kind === "remb" || event.about === ssrc) this.video.receive(event, now);
  }

  tick(now: number): void {
    this.video.tick(now);
    this.demand.target = this.video.target;
  }

  /** Sends sender reports where they are due. */
  report(streams: Readonly<Record<"video" | "audio", ReportedStream>>, now: number): void {
    const still = this.video.packets === this.#reported;
    if (now - this.#reportAt < (still ? REPORT_STILL : REPORT_EVERY)) return;
    this.#reportAt = now;
    this.#reported = this.video.packets;
    const { video, audio } = streams;
    if (this.#shows) this.#connection.send("video", buildSenderReport(video, now, this.video));
    if (this.#hears) this.#connection.send("audio", buildSenderReport(audio, now, this.#sound));
  }

  numbers(now: number): ViewerNumbers {
    const { video } = this;
    return {
      layer: video.layer,
      bitrate: video.rate.target,
      sentBitrate: video.sentBitrate(now),
      queueMs: video.queueMs,
      rttMs: video.rate.rttMs,
      lost: video.rate.lost,
      remb: video.rate.remb,
      resent: video.resent,
      refused: video.refused,
      droppedPictures: video.dropped,
      keyframes: video.keyframes,
    };
  }
}
