/** What was sent, as a Matroska file: H.264, and Opus if there is sound. */
import { Buffer } from "node:buffer";
import { Failure } from "../../process/failure.ts";
import { type AvFormat, type AvPacket, checked, type Ffmpeg } from "./node_av.ts";
import { type EncodedPicture, VIDEO_CLOCK } from "./h264_encoder.ts";
import { CHANNELS, PACKET_SAMPLES, SOUND_CLOCK } from "./opus_encoder.ts";
import type { Size } from "./picture.ts";
import { joinNals, nalType } from "./start_codes.ts";
import { Turns } from "./turns.ts";

/** Files hold times in ms. */
const FILE_CLOCK = 1000;
/** The file gets what was added after so long, ms: what a crash loses. */
const CLUSTER = 1000;
/** Sound waits at most so long for a picture with which it belongs, in µs: a still screen has none. */
const INTERLEAVE = 1_000_000n;
const SPS = 7, PPS = 8;

/** `size`: that of the first picture. `sound`: the Opus encoder's header, if there will be sound. */
export interface Recording extends Size {
  readonly sound?: Uint8Array;
}

/** A file that is written. Dispose it, or the last second may be missing. */
export class Recorder implements AsyncDisposable {
  readonly #turns = new Turns();
  readonly #packet: AvPacket;
  /** Whether the header is written: it needs the first keyframe's SPS and PPS. */
  #began = false;
  readonly #last = [-1, -1];
  /** The first picture's time, ms: the file begins there. */
  #zero = 0;

  private constructor(
    private readonly ffmpeg: Ffmpeg,
    private readonly format: AvFormat,
    private readonly recording: Recording,
  ) {
    this.#packet = new ffmpeg.Packet();
    this.#packet.alloc();
  }

  /** Makes the file, for its owner alone. Throws {@link Failure} if there is one of that name, or it can't be written. */
  static async open(ffmpeg: Ffmpeg, path: string, recording: Recording): Promise<Recorder> {
    try {
      (await Deno.open(path, { write: true, createNew: true, mode: 0o600 })).close();
    } catch (cause) {
      const there = cause instanceof Deno.errors.AlreadyExists;
      throw new Failure({
        what: there ? "The file to record into is there already" : "The recording can't be written",
        value: path,
        hint: there
          ? "Name another one, or remove it"
          : "Its folder must be there, and you must be allowed to write in it",
        cause,
      });
    }
    const format = new ffmpeg.FormatContext();
    try {
      checked(ffmpeg, format.allocOutputContext2(null, "matroska", path), "prepare the recording");
      format.flags |= ffmpeg.constants.AVFMT_FLAG_FLUSH_PACKETS;
      format.maxInterleaveDelta = INTERLEAVE;
      checked(ffmpeg, await format.openOutput(), "write the recording");
    } catch (error) {
      format.freeContext();
      throw error;
    }
    return new Recorder(ffmpeg, format, recording);
  }

  /** Pictures before the first keyframe are left out. Another size in the middle is kept, and players follow it. Throws {@link Failure}. */
  addPicture({ nals, keyframe, time }: EncodedPicture): Promise<void> {
    return this.#turns.run(async () => {
      if (!this.#began && !keyframe) return;
      const ms = time * FILE_CLOCK / VIDEO_CLOCK;
      if (!this.#began) {
        await this.#begin(nals);
        this.#zero = ms;
      }
      await this.#write(0, joinNals(nals), ms - this.#zero, keyframe);
    });
  }

  /** `time`: samples since the moment at which the times of pictures are 0. Sound before the first picture, and in a file that has none, is left out. Throws {@link Failure}. */
  addSound(packet: Uint8Array, time: number): Promise<void> {
    return this.#turns.run(async () => {
      const ms = time * FILE_CLOCK / SOUND_CLOCK - this.#zero;
      if (this.#began && ms >= 0 && this.recording.sound !== undefined) {
        await this.#write(1, packet, ms, true);
      }
    });
  }

  /** Ends the file. Settles when all is in it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turns.end(async () => {
      if (this.#began) await this.format.writeTrailer();
      await this.format.closeOutput();
      this.format.freeContext();
      this.#packet.free();
    });
  }

  async #begin(nals: readonly Uint8Array[]): Promise<void> {
    const { constants } = this.ffmpeg;
    const video = this.format.newStream();
    video.timeBase = new this.ffmpeg.Rational(1, FILE_CLOCK);
    Object.assign(video.codecpar, {
      codecType: constants.AVMEDIA_TYPE_VIDEO,
      codecId: constants.AV_CODEC_ID_H264,
      width: this.recording.width,
      height: this.recording.height,
      format: constants.AV_PIX_FMT_YUV420P,
      extradata: Buffer.from(joinNals(nals.filter((nal) => [SPS, PPS].includes(nalType(nal)))).buffer),
    });
    if (this.recording.sound !== undefined) this.#addSoundStream(this.recording.sound);
    const options = this.ffmpeg.Dictionary.fromObject({ cluster_time_limit: `${CLUSTER}` });
    try {
      checked(this.ffmpeg, await this.format.writeHeader(options), "begin the recording");
    } finally {
      options.free();
    }
    this.#began = true;
  }

  #addSoundStream(header: Uint8Array): void {
    const { constants } = this.ffmpeg;
    const sound = this.format.newStream();
    sound.timeBase = new this.ffmpeg.Rational(1, FILE_CLOCK);
    Object.assign(sound.codecpar, {
      codecType: constants.AVMEDIA_TYPE_AUDIO,
      codecId: constants.AV_CODEC_ID_OPUS,
      format: constants.AV_SAMPLE_FMT_S16,
      sampleRate: SOUND_CLOCK,
      frameSize: PACKET_SAMPLES,
      channelLayout: this.ffmpeg.avChannelLayoutDefault(CHANNELS),
      extradata: Buffer.from(header),
    });
  }

  async #write(stream: number, bytes: Uint8Array, ms: number, keyframe: boolean): Promise<void> {
    // Times of a stream must grow: two pictures within one ms would end the recording.
    const time = Math.max(Math.round(ms), this.#last[stream]! + 1);
    this.#last[stream] = time;
    const packet = this.#packet;
    packet.data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    packet.streamIndex = stream;
    packet.pts = BigInt(time);
    packet.dts = BigInt(time);
    packet.isKeyframe = keyframe;
    checked(this.ffmpeg, await this.format.interleavedWriteFrame(packet), "write to the recording");
    packet.unref();
  }
}
