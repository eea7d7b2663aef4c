/** Sound as Opus: 48 kHz, two channels, packets of 10 ms. */
import { type AvCodecContext, type AvFrame, type AvPacket, checked, type Ffmpeg } from "./node_av.ts";
import type { Buffer } from "node:buffer";
import { Turns } from "./turns.ts";

/** Samples of a channel a second, of sound and of its times. */
export const SOUND_CLOCK = 48_000;
export const CHANNELS = 2;
/** Samples of a channel in a packet: 10 ms, the shortest that keeps Opus's quality. */
export const PACKET_SAMPLES = 480;

/** An open encoder. Dispose it. */
export class OpusEncoder implements Disposable {
  readonly #turns = new Turns();
  readonly #frame: AvFrame;
  readonly #plane: Buffer;
  readonly #packet: AvPacket;
  #time = 0n;
  /** Opus's header as files have it ("OpusHead"). */
  readonly header: Uint8Array;

  private constructor(private readonly ffmpeg: Ffmpeg, private readonly context: AvCodecContext) {
    this.header = Uint8Array.from(context.extraData!);
    const frame = new ffmpeg.Frame();
    frame.alloc();
    frame.format = ffmpeg.constants.AV_SAMPLE_FMT_S16;
    frame.nbSamples = PACKET_SAMPLES;
    frame.sampleRate = SOUND_CLOCK;
    frame.channelLayout = context.channelLayout;
    checked(ffmpeg, frame.allocBuffer(), "make room for sound");
    this.#frame = frame;
    this.#plane = frame.data![0]!;
    this.#packet = new ffmpeg.Packet();
    this.#packet.alloc();
  }

  /** `bitrate`: bits a second of both channels. Throws `Failure`. */
  static async open(ffmpeg: Ffmpeg, { bitrate }: { readonly bitrate: number }): Promise<OpusEncoder> {
    const codec = ffmpeg.Codec.findEncoderByName("libopus")!;
    const context = new ffmpeg.CodecContext();
    context.allocContext3(codec);
    context.sampleFormat = ffmpeg.constants.AV_SAMPLE_FMT_S16;
    context.sampleRate = SOUND_CLOCK;
    context.channelLayout = ffmpeg.avChannelLayoutDefault(CHANNELS);
    context.timeBase = new ffmpeg.Rational(1, SOUND_CLOCK);
    context.bitRate = BigInt(bitrate);
    // With data to repair a lost packet from the next one.
    const options = ffmpeg.Dictionary.fromObject({
      application: "lowdelay",
      frame_duration: "10",
      vbr: "on",
      compression_level: "5",
    });
    try {
      checked(ffmpeg, await context.open2(codec, options), "open the Opus encoder");
    } catch (error) {
      context.freeContext();
      throw error;
    } finally {
      options.free();
    }
    return new OpusEncoder(ffmpeg, context);
  }

  /** {@link PACKET_SAMPLES} of both channels, left first, as one packet. Throws RangeError for another number. */
  encode(samples: Int16Array): Promise<Uint8Array> {
    if (samples.length !== PACKET_SAMPLES * CHANNELS) {
      throw new RangeError(`${samples.length} numbers of sound; ${PACKET_SAMPLES * CHANNELS} are wanted`);
    }
    return this.#turns.run(async () => {
      this.#plane.set(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
      this.#frame.pts = this.#time;
      this.#time += BigInt(PACKET_SAMPLES);
      checked(this.ffmpeg, await this.context.sendFrame(this.#frame), "encode sound");
      checked(this.ffmpeg, await this.context.receivePacket(this.#packet), "get encoded sound");
      const bytes = Uint8Array.from(this.#packet.data!);
      this.#packet.unref();
      return bytes;
    });
  }

  [Symbol.dispose](): void {
    void this.#turns.end(() => {
      this.context.freeContext();
      this.#frame.free();
      this.#packet.free();
    });
  }
}
