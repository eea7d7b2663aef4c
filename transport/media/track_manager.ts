/** All viewers of one desktop's pictures and sound: the same packets for each, keyframes on demand, and which encodings are wanted at which rates. */

import { packetizeH264 } from "./h264.ts";
import { chooseLayers, type Layer, type LayersWanted } from "./layers.ts";
import type { StreamName } from "./media_peer.ts";
import { BitMeter } from "./bit_meter.ts";
import { MediaViewer, type ViewerNumbers, type ViewerTracks } from "./media_viewer.ts";
import { OPUS_CLOCK, opusTicks } from "./opus.ts";
import { ALL_RULES, type RateRules } from "./rate_control.ts";
import { buildRtp } from "./rtp.ts";

export interface TrackManagerOptions {
  /** From 0 to below 1. */
  readonly random: () => number;
  /** ms since 1970, of a clock that never steps back. */
  readonly now: () => number;
  /** Bits a second for one viewer, of a person's setting. */
  readonly maxBitrate: number;
  /** What keeps a slow path usable; all of it by default. */
  readonly rules?: RateRules;
}

/** One encoded picture. */
export interface EncodedVideo {
  /** NAL units without start codes; before an IDR picture its parameter sets. */
  readonly nals: readonly Uint8Array[];
  readonly keyframe: boolean;
  /** When it was captured, in ticks of 90 kHz since 1970. */
  readonly time: number;
}

/** Ticks of RTP's clock for video in a ms. */
const VIDEO_TICKS = 90;
/** Keyframes of a layer come at most so often; ms. They cost six usual pictures, and every viewer gets them. */
const KEYFRAME_PAUSE = 300;
/** Rates and reports are looked at so often; and where no picture was made for so long, since there is nothing to follow then; ms. */
const TICK = 100;
const TICK_STILL = 1000;
/** The share by which a rate must change before the encoder is told. */
const WORTH = 0.03;
const LAYERS: readonly Layer[] = ["main", "small"];

/** All viewers, by names of the owner's. The owner keeps one timer for {@link TrackManager.due}. */
export class TrackManager {
  /** The next picture of this layer must be a keyframe. */
  onkeyframe: ((layer: Layer) => void) | null = null;
  /** What is wanted changed. */
  onlayers: ((wanted: LayersWanted) => void) | null = null;
  readonly video: StreamName;
  readonly audio: StreamName;
  readonly #random: () => number;
  readonly #now: () => number;
  readonly #rules: RateRules;
  readonly #viewers = new Map<string, MediaViewer>();
  readonly #base: { readonly video: number; readonly audio: number };
  readonly #keyframeAt: Record<Layer, number> = { main: -Infinity, small: -Infinity };
  readonly #made: Readonly<Record<Layer, BitMeter>> = { main: new BitMeter(), small: new BitMeter() };
  #maxBitrate: number;
  #wanted: LayersWanted = { main: 0, small: 0 };
  #tickAt = 0;
  #pictureAt = -Infinity;
  #soundEnds = -1;

  constructor({ random, now, maxBitrate, rules = ALL_RULES }: TrackManagerOptions) {
    const draw = () => Math.floor(random() * 2 ** 32);
    const cname = draw().toString(16).padStart(8, "0");
    const ssrc = draw() & 0x7FFFFFFE;
    this.video = { ssrc: ssrc + 1, cname };
    this.audio = { ssrc: ssrc + 2, cname };
    this.#random = random;
    this.#now = now;
    this.#rules = rules;
    this.#base = { video: draw(), audio: draw() };
    this.#maxBitrate = maxBitrate;
  }

  get maxBitrate(): number {
    return this.#maxBitrate;
  }

  /** Bits a second for one viewer, pictures and sound. */
  set maxBitrate(bitrate: number) {
    this.#maxBitrate = bitrate;
    for (const viewer of this.#viewers.values()) viewer.video.rate.ceiling = bitrate;
  }

  /** The RTP timestamp of a picture that was captured at `time` (ticks of 90 kHz since 1970). */
  rtpTime(time: number): number {
    return (Math.floor(time) + this.#base.video) % 2 ** 32;
  }

  /** A viewer's connection is open: it is sent pictures from the next keyframe on, and sound when that is turned on. */
  add(name: string, connection: ViewerTracks): void {
    const now = this.#now();
    const viewer = new MediaViewer(connection, {
      random: this.#random,
      maxBitrate: this.#maxBitrate,
      now,
      rules: this.#rules,
    });
    this.#viewers.set(name, viewer);
    connection.onrtcp = (event) => {
      viewer.receive(event, this.video.ssrc, this.#now());
      if (event.kind === "keyframe" || event.kind === "nack") this.#askForKeyframes();
    };
    this.#choose();
    this.#askForKeyframes();
  }

  remove(name: string): void {
    this.#viewers.delete(name);
    this.#choose();
  }

  /** What a viewer is sent. Who does not see the video, since it is hidden or shown in another way, gets none, and begins again with a keyframe. */
  show(name: string, what: { readonly video: boolean; readonly audio: boolean }): void {
    this.#viewers.get(name)?.show(what.video, what.audio);
    this.#choose();
    this.#askForKeyframes();
  }

  /** A viewer's decoder is stuck: it begins again with a keyframe. */
  refresh(name: string): void {
    this.#viewers.get(name)?.video.restart();
    this.#askForKeyframes();
  }

  /** Sends a picture to all viewers of its layer. */
  picture(layer: Layer, { nals, keyframe, time }: EncodedVideo): void {
    const now = this.#now();
    this.#pictureAt = now;
    const timestamp = this.rtpTime(time);
    const payloads = packetizeH264(nals);
    const packets = payloads.map((payload, index) =>
      buildRtp({
        ssrc: this.video.ssrc,
        timestamp,
        marker: index === payloads.length - 1,
        ...(index === 0 ? { capturedAt: time / VIDEO_TICKS } : {}),
      }, payload)
    );
    this.#made[layer].add(
      payloads.reduce((sum, parts) => sum + parts.reduce((n, part) => n + part.length, 0), 0),
      now,
    );
    if (keyframe) this.#keyframeAt[layer] = Math.max(this.#keyframeAt[layer], now);
    for (const viewer of this.#viewers.values()) {
      if (viewer.shows) viewer.video.picture({ layer, keyframe, packets }, viewer.demand.layer, now);
    }
    this.#askForKeyframes();
  }

  /** Sends one Opus packet to all who hear; `time` in ticks of 48 kHz since 1970, of its first sample. */
  sound(opus: Uint8Array, time: number): void {
    const timestamp = this.#soundTime(time);
    const marker = timestamp !== this.#soundEnds;
    this.#soundEnds = (timestamp + opusTicks(opus)) % 2 ** 32;
    const packet = buildRtp({ ssrc: this.audio.ssrc, timestamp, marker }, [opus]);
    const now = this.#now();
    for (const viewer of this.#viewers.values()) viewer.sound(packet, opus.length, now);
  }

  /** When {@link tick} is to be called next, as a time of the clock: it changes with each picture. Infinity without viewers. */
  due(): number {
    if (this.#viewers.size === 0) return Infinity;
    const now = this.#now();
    // A keyframe that came too soon is asked for again within a second of the one before.
    let due = this.#tickAt + (now - this.#pictureAt < TICK_STILL ? TICK : TICK_STILL);
    for (const { video } of this.#viewers.values()) due = Math.min(due, video.due(now));
    return due;
  }

  /** Sends what is due, and follows what viewers said. */
  tick(): void {
    const now = this.#now();
    for (const { video } of this.#viewers.values()) video.pump(now);
    if (now - this.#tickAt < TICK) return;
    this.#tickAt = now;
    const video = { ...this.video, rtpTime: this.rtpTime(now * VIDEO_TICKS) };
    const audio = { ...this.audio, rtpTime: this.#soundTime(now * OPUS_CLOCK / 1000) };
    for (const viewer of this.#viewers.values()) {
      viewer.tick(now);
      viewer.report({ video, audio }, now);
    }
    this.#choose();
    this.#askForKeyframes();
  }

  numbers(name: string): ViewerNumbers | undefined {
    return this.#viewers.get(name)?.numbers(this.#now());
  }

  #soundTime(time: number): number {
    return (Math.floor(time) + this.#base.audio) % 2 ** 32;
  }

  #choose(): void {
    const demands = [...this.#viewers.values()].filter(({ shows }) => shows).map(({ demand }) => demand);
    const now = this.#now();
    const made = { main: this.#made.main.at(now), small: this.#made.small.at(now) };
    const wanted = chooseLayers(demands, made, now);
    if (LAYERS.every((layer) => isNear(this.#wanted[layer], wanted[layer]))) return;
    this.#wanted = wanted;
    this.onlayers?.(wanted);
  }

  #askForKeyframes(): void {
    const now = this.#now();
    for (const layer of LAYERS) {
      if (now - this.#keyframeAt[layer] < KEYFRAME_PAUSE) continue;
      const asking = [...this.#viewers.values()].filter((viewer) => viewer.wantsKeyframe(layer, now));
      if (asking.length === 0) continue;
      this.#keyframeAt[layer] = now;
      for (const viewer of asking) viewer.chargeKeyframe(now);
      this.onkeyframe?.(layer);
    }
  }
}

/** Whether an encoder need not be told of a rate. */
function isNear(before: number, after: number): boolean {
  return (before === 0) === (after === 0) && Math.abs(after - before) <= before * WORTH;
}
