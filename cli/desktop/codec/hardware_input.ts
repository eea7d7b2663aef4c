/** Pictures as hardware encoders take them: NV12, and for VAAPI in the graphics card's memory. */
import type { Buffer } from "node:buffer";
import {
  type AvFrame,
  type AvHardwareDevice,
  type AvHardwareFrames,
  type AvScaler,
  checked,
  type Ffmpeg,
} from "./node_av.ts";
import { newFrame } from "./frames.ts";
import type { Size } from "./picture.ts";

/** Encoders that do not take I420 from memory. */
const NV12_ONLY: readonly string[] = ["h264_qsv", "h264_vaapi", "h264_v4l2m2m"];
const VAAPI = "h264_vaapi";
/** Surfaces of the card: one is filled while others are encoded and referred to. */
const SURFACES = 8;

/** What stands between a picture as I420 and an encoder that takes another form. */
export class HardwareInput {
  readonly #nv12: AvFrame;
  readonly #planes: Buffer[];
  readonly #strides: number[];
  readonly #scaler: AvScaler;
  #device: AvHardwareDevice | undefined;
  #surface: AvFrame | undefined;
  frames: AvHardwareFrames | undefined;

  private constructor(private readonly ffmpeg: Ffmpeg, private readonly size: Size) {
    const { AV_PIX_FMT_NV12, AV_PIX_FMT_YUV420P, SWS_POINT } = ffmpeg.constants;
    const { width, height } = size;
    this.#scaler = new ffmpeg.SoftwareScaleContext();
    this.#scaler.getContext(width, height, AV_PIX_FMT_YUV420P, width, height, AV_PIX_FMT_NV12, SWS_POINT);
    this.#nv12 = newFrame(ffmpeg, size, AV_PIX_FMT_NV12);
    this.#planes = this.#nv12.data!;
    this.#strides = this.#nv12.linesize.slice(0, this.#planes.length);
  }

  /** What `encoder` needs; undefined if it takes I420 as it is. Throws `Failure` if there is no such device. */
  static for(
    ffmpeg: Ffmpeg,
    { encoder, width, height }: Size & { readonly encoder: string },
  ): HardwareInput | undefined {
    if (!NV12_ONLY.includes(encoder)) return undefined;
    const input = new HardwareInput(ffmpeg, { width, height });
    try {
      if (encoder === VAAPI) input.#openCard();
    } catch (error) {
      input.free();
      throw error;
    }
    return input;
  }

  /** The form of the pixels that {@link take} gives. */
  get format(): number {
    const { AV_PIX_FMT_VAAPI, AV_PIX_FMT_NV12 } = this.ffmpeg.constants;
    return this.frames === undefined ? AV_PIX_FMT_NV12 : AV_PIX_FMT_VAAPI;
  }

  /** `picture` in that form; valid until the next call. */
  async take(picture: AvFrame): Promise<AvFrame> {
    const from = picture.data!;
    const strides = picture.linesize.slice(0, from.length);
    const { height } = this.size;
    checked(
      this.ffmpeg,
      await this.#scaler.scale(from, strides, 0, height, this.#planes, this.#strides),
      "convert a picture",
    );
    if (this.frames === undefined) return this.#nv12;
    const surface = this.#surface!;
    surface.unref();
    checked(this.ffmpeg, this.frames.getBuffer(surface), "get room on the graphics card");
    checked(
      this.ffmpeg,
      await this.#nv12.hwframeTransferData(surface),
      "bring a picture to the graphics card",
    );
    return surface;
  }

  free(): void {
    this.#surface?.free();
    this.frames?.free();
    this.#device?.free();
    this.#nv12.free();
    this.#scaler.freeContext();
  }

  #openCard(): void {
    const { AV_HWDEVICE_TYPE_VAAPI, AV_PIX_FMT_VAAPI, AV_PIX_FMT_NV12 } = this.ffmpeg.constants;
    this.#device = new this.ffmpeg.HardwareDeviceContext();
    checked(this.ffmpeg, this.#device.create(AV_HWDEVICE_TYPE_VAAPI), "open the graphics card");
    const frames = new this.ffmpeg.HardwareFramesContext();
    frames.alloc(this.#device);
    frames.format = AV_PIX_FMT_VAAPI;
    frames.swFormat = AV_PIX_FMT_NV12;
    frames.width = this.size.width;
    frames.height = this.size.height;
    frames.initialPoolSize = SURFACES;
    this.frames = frames;
    checked(this.ffmpeg, frames.init(), "get room on the graphics card");
    this.#surface = new this.ffmpeg.Frame();
    this.#surface.alloc();
  }
}
