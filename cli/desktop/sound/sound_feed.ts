/** The desktop's sound for viewers: recorded while somebody listens, packed as Opus, each packet with the time of its first sample. */
import type { Ffmpeg } from "../codec/node_av.ts";
import { CHANNELS, OpusEncoder, PACKET_SAMPLES, SOUND_CLOCK } from "../codec/opus_encoder.ts";
import { Recording } from "./recording.ts";

/** Bits a second: transparent for music in stereo. */
const BITRATE = 96_000;
/** Samples of one packet, both channels. */
const PACKET = PACKET_SAMPLES * CHANNELS;
/** Times are counted by samples; if they are so far from the clock (a machine that slept, a server that lost some), they begin anew. ms. */
const DRIFT = 100;
/** Samples that may wait for the encoder: what is more is dropped, since old sound is of no use. 200 ms. */
const MAX_WAITING = SOUND_CLOCK / 5 * CHANNELS;

export interface SoundFeedOptions {
  readonly ffmpeg: Ffmpeg;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Gets each packet, with the time of its first sample in samples since 1970. */
  readonly send: (packet: Uint8Array, time: number) => void;
  /** ms since 1970 of a clock that never steps back. */
  readonly now: () => number;
  /** It can't be recorded any more, and is not tried again. */
  readonly failed: (error: Error) => void;
}

/** The sound of one desktop. */
export class SoundFeed implements AsyncDisposable {
  #recording: Recording | undefined;
  #encoder: OpusEncoder | undefined;
  #samples: number[] = [];
  /** Of the next packet's first sample, in samples since 1970. */
  #time: number | undefined;
  #packing = false;
  #listened = false;
  #failed = false;
  /** Starting and stopping, one after the other. */
  #turn: Promise<void> = Promise.resolve();

  constructor(private readonly options: SoundFeedOptions) {}

  /** Somebody listens, or nobody does any more. */
  listen(listened: boolean): void {
    if (listened === this.#listened) return;
    this.#listened = listened;
    this.#turn = this.#turn.then(() => this.#listened ? this.#start() : this.#stop());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listened = false;
    this.#failed = true;
    await this.#turn;
    await this.#stop();
  }

  async #start(): Promise<void> {
    if (this.#failed || this.#recording) return;
    const { ffmpeg, environment } = this.options;
    try {
      this.#encoder = await OpusEncoder.open(ffmpeg, { bitrate: BITRATE });
      const recording = this.#recording = Recording.start({
        environment,
        take: (samples) => this.#take(samples),
      });
      void recording.ended.then((error) => this.#fail(error));
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  async #stop(): Promise<void> {
    const recording = this.#recording;
    this.#recording = undefined;
    await recording?.[Symbol.asyncDispose]();
    this.#encoder?.[Symbol.dispose]();
    this.#encoder = undefined;
    this.#samples = [];
    this.#time = undefined;
  }

  #fail(error: Error): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#turn = this.#turn.then(() => this.#stop());
    this.options.failed(error);
  }

  #take(samples: Int16Array): void {
    const frames = samples.length / CHANNELS;
    const now = this.options.now() * SOUND_CLOCK / 1000;
    // The last sample was played now.
    const begins = now - frames - this.#samples.length / CHANNELS;
    if (this.#time === undefined || Math.abs(begins - this.#time) > DRIFT * SOUND_CLOCK / 1000) {
      this.#time = Math.round(begins);
    }
    if (this.#samples.length + samples.length > MAX_WAITING) return;
    for (const sample of samples) this.#samples.push(sample);
    if (!this.#packing) void this.#pack();
  }

  async #pack(): Promise<void> {
    this.#packing = true;
    while (this.#samples.length >= PACKET && this.#encoder && this.#time !== undefined) {
      const samples = Int16Array.from(this.#samples.splice(0, PACKET));
      const time = this.#time;
      this.#time += PACKET_SAMPLES;
      try {
        const packet = await this.#encoder.encode(samples);
        if (packet.length > 0) this.options.send(packet, time);
      } catch (error) {
        if (this.#recording) this.#fail(error as Error);
        break;
      }
    }
    this.#packing = false;
  }
}
