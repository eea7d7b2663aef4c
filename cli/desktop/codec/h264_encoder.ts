/** H.264, one picture in, one out. */
import { type AvCodecContext, type AvFrame, type AvPacket, checked, type Ffmpeg } from "./node_av.ts";
import { HardwareInput } from "./hardware_input.ts";
import type { Picture } from "./picture.ts";
import { Failure } from "../../process/failure.ts";
import { nalType, splitNals } from "./start_codes.ts";
import { Turns } from "./turns.ts";
import {
  bufferSize,
  encoderOptions,
  PictureRate,
  SOFTWARE,
  threads,
  type VideoSettings,
} from "./video_settings.ts";

/** Ticks of pictures' times, a second, as in RTP. */
export const VIDEO_CLOCK = 90_000;
/** Pictures between two keyframes that nobody asked for: never (x264's limit). */
const NEVER = 2 ** 30;
/** The type of a NAL unit with a slice of an IDR picture. */
const IDR = 5;

/** Units of a quantiser in FFmpeg's statistics (FF_QP2LAMBDA). */
const QUANTISER = 118;

/** A picture's NAL units without start codes, in order. `time`: ticks of 90 kHz. */
export interface EncodedPicture {
  readonly nals: readonly Uint8Array[];
  readonly keyframe: boolean;
  readonly time: number;
  /** How much was left out: H.264's 0 (nothing) to 51; undefined where the encoder does not say. */
  readonly quantiser?: number;
}

/** When a picture was taken (ticks of 90 kHz, more from call to call), and whether it must be one that a viewer can begin with. */
export interface When {
  readonly time: number;
  readonly keyframe?: boolean;
}

/** An open encoder. It holds 20 to 60 MB until it is disposed. */
export class H264Encoder implements Disposable {
  readonly #turns = new Turns();
  readonly #packet: AvPacket;
  readonly #pace: PictureRate | undefined;
  #bitrate: number;
  /** A picture that was asked to be a keyframe and could not be encoded is asked for again. */
  #owed = true;

  private constructor(
    private readonly ffmpeg: Ffmpeg,
    private readonly context: AvCodecContext,
    private readonly input: HardwareInput | undefined,
    private readonly given: VideoSettings,
  ) {
    this.#packet = new ffmpeg.Packet();
    this.#packet.alloc();
    this.#bitrate = given.bitrate;
    if (given.encoder === SOFTWARE) this.#pace = new PictureRate(given.fps, given.preset);
  }

  /** Throws {@link Failure} if this FFmpeg has no such encoder, or it can't be opened here. */
  static async open(ffmpeg: Ffmpeg, settings: VideoSettings): Promise<H264Encoder> {
    const codec = ffmpeg.Codec.findEncoderByName(settings.encoder);
    if (codec === null) throw new Failure({ what: "FFmpeg has no such encoder", value: settings.encoder });
    const context = new ffmpeg.CodecContext();
    context.allocContext3(codec);
    let input: HardwareInput | undefined;
    try {
      input = HardwareInput.for(ffmpeg, settings);
      describe(ffmpeg, context, settings);
      context.pixelFormat = input?.format ?? ffmpeg.constants.AV_PIX_FMT_YUV420P;
      if (input?.frames !== undefined) context.hwFramesCtx = input.frames;
      const options = ffmpeg.Dictionary.fromObject(encoderOptions(settings));
      try {
        checked(ffmpeg, await context.open2(codec, options), `open the encoder ${settings.encoder}`);
      } finally {
        options.free();
      }
    } catch (error) {
      context.freeContext();
      input?.free();
      throw error;
    }
    return new H264Encoder(ffmpeg, context, input, settings);
  }

  /** What holds from the next picture on. */
  get settings(): VideoSettings {
    return { ...this.given, bitrate: this.#bitrate };
  }

  /** Another rate from the next picture on, without a keyframe. */
  setBitrate(bitrate: number): void {
    this.#bitrate = Math.round(bitrate);
  }

  /** The picture must not change until the result is there. A keyframe is an IDR picture behind SPS and PPS. Throws {@link Failure}. */
  encode(picture: Picture, { time, keyframe = false }: When): Promise<EncodedPicture> {
    // The scaler whose picture it is may be freed before this one's turn comes.
    const frame = picture.frame.clone();
    if (frame === null) return Promise.reject(new Error("the picture's scaler was freed"));
    return this.#turns.run(async () => {
      try {
        return await this.#encode(frame, time, keyframe);
      } finally {
        frame.free();
      }
    });
  }

  [Symbol.dispose](): void {
    void this.#turns.end(() => {
      this.context.freeContext();
      this.#packet.free();
      this.input?.free();
    });
  }

  async #encode(picture: AvFrame, time: number, keyframe: boolean): Promise<EncodedPicture> {
    this.#owed ||= keyframe;
    this.#applyRate(time / VIDEO_CLOCK);
    const frame = this.input === undefined ? picture : await this.input.take(picture);
    const { AV_PICTURE_TYPE_I, AV_PICTURE_TYPE_NONE } = this.ffmpeg.constants;
    frame.pts = BigInt(time);
    frame.pictType = this.#owed ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    checked(this.ffmpeg, await this.context.sendFrame(frame), "encode a picture");
    const { nals, quantiser } = await this.#receive();
    const isKeyframe = nals.some((nal) => nalType(nal) === IDR);
    if (isKeyframe) this.#owed = false;
    return { nals, keyframe: isKeyframe, time, quantiser };
  }

  /** The encoder looks at these before each picture. */
  #applyRate(time: number): void {
    const most = this.#pace === undefined ? this.#bitrate : this.#pace.at(time, this.#bitrate);
    if (this.context.rcMaxRate !== BigInt(most)) this.context.rcMaxRate = BigInt(most);
    if (this.context.bitRate === BigInt(this.#bitrate)) return;
    this.context.bitRate = BigInt(this.#bitrate);
    this.context.rcBufferSize = bufferSize(this.#bitrate, this.given.preset);
  }

  async #receive(): Promise<Pick<EncodedPicture, "nals" | "quantiser">> {
    // What is encoded in software is there once the picture was taken in: another thread would only have to be waited for.
    const got = this.given.encoder === SOFTWARE
      ? this.context.receivePacketSync(this.#packet)
      : await this.context.receivePacket(this.#packet);
    checked(this.ffmpeg, got, "get the encoded picture");
    const { data } = this.#packet;
    const nals = data === null ? [] : splitNals(data);
    // They begin with the quality: 32 bits, little endian.
    const told = this.#packet.getSideData(this.ffmpeg.constants.AV_PKT_DATA_QUALITY_STATS);
    const quantiser = told === null ? undefined : told.readUInt32LE(0) / QUANTISER;
    this.#packet.unref();
    return { nals, quantiser };
  }
}

/** Tells the encoder all but its pixels' format. */
function describe(ffmpeg: Ffmpeg, context: AvCodecContext, settings: VideoSettings): void {
  const { AVCOL_RANGE_MPEG, AVCOL_SPC_SMPTE170M, AVCOL_PRI_BT709, AVCOL_TRC_BT709 } = ffmpeg.constants;
  context.width = settings.width;
  context.height = settings.height;
  context.timeBase = new ffmpeg.Rational(1, VIDEO_CLOCK);
  context.framerate = new ffmpeg.Rational(settings.fps, 1);
  context.bitRate = BigInt(settings.bitrate);
  context.rcMaxRate = BigInt(settings.bitrate);
  context.rcBufferSize = bufferSize(settings.bitrate, settings.preset);
  context.gopSize = NEVER;
  // Pictures that refer to later ones would have to wait for those.
  context.maxBFrames = 0;
  context.threadCount = threads(settings, navigator.hardwareConcurrency);
  // A browser that is not told takes another matrix for large pictures than for small ones.
  context.colorRange = AVCOL_RANGE_MPEG;
  context.colorSpace = AVCOL_SPC_SMPTE170M;
  context.colorPrimaries = AVCOL_PRI_BT709;
  context.colorTrc = AVCOL_TRC_BT709;
}
