/** Parts of a screen as JPEG. */
import { Buffer } from "node:buffer";
import {
  type AvCodecContext,
  type AvFrame,
  type AvPacket,
  type AvScaler,
  checked,
  type Ffmpeg,
} from "./node_av.ts";
import { newFrame } from "./frames.ts";
import type { Rectangle } from "../x11/types.ts";
import type { Size } from "./picture.ts";
import { Turns } from "./turns.ts";

/** Bytes of a pixel: BGRX. */
const PIXEL = 4;
/** Encoders are kept by size and colours, so many and for so many pixels together (bytes: 8 a pixel): tiles repeat their sizes. */
const MOST_KEPT = 16;
const MOST_PIXELS = 4 * 1920 * 1080;
/** JPEG's largest side, in pixels, as far as FFmpeg writes it. */
const MOST_SIDE = 16_384;
/** From this quality on colours have all of their pixels: letters in colour stay sharp. */
const FULL_COLOUR = 90;
/** FFmpeg's scale of quantisers: 1 to 31 are multiplied with this. */
const QUANTISER = 118;
const WORST_QUANTISER = 31;

/** FFmpeg's quantiser for a quality of 1 to 100: at 100 it is 1, at 75 it is 4, at 50 it is 9. */
function quantiser(quality: number): number {
  const worse = (100 - Math.max(1, Math.min(100, quality))) / 100;
  return Math.max(1, Math.min(WORST_QUANTISER, Math.round(1 + 30 * worse ** 1.8)));
}

/** What encodes pictures of one size. */
class Press implements Size {
  readonly width: number;
  readonly height: number;
  readonly #context: AvCodecContext;
  readonly #scaler: AvScaler;
  readonly #frame: AvFrame;
  readonly #planes: Buffer[];
  readonly #strides: number[];

  private constructor(private readonly ffmpeg: Ffmpeg, size: Size, format: number) {
    this.width = size.width;
    this.height = size.height;
    const { AV_PIX_FMT_BGR0, SWS_BILINEAR, SWS_FULL_CHR_H_INP } = ffmpeg.constants;
    // As in `scaler.ts`. Colours that are not to be halved would be halved first.
    const how = SWS_BILINEAR | SWS_FULL_CHR_H_INP;
    this.#frame = newFrame(ffmpeg, size, format);
    this.#planes = this.#frame.data!;
    this.#strides = this.#frame.linesize.slice(0, this.#planes.length);
    this.#scaler = new ffmpeg.SoftwareScaleContext();
    const { width, height } = size;
    this.#scaler.getContext(width, height, AV_PIX_FMT_BGR0, width, height, format, how);
    this.#context = new ffmpeg.CodecContext();
  }

  static async open(ffmpeg: Ffmpeg, size: Size, format: number): Promise<Press> {
    const press = new Press(ffmpeg, size, format);
    const codec = ffmpeg.Codec.findEncoderByName("mjpeg")!;
    const context = press.#context;
    context.allocContext3(codec);
    context.width = size.width;
    context.height = size.height;
    context.pixelFormat = format;
    context.timeBase = new ffmpeg.Rational(1, 1);
    context.threadCount = 1;
    context.setFlags(ffmpeg.constants.AV_CODEC_FLAG_QSCALE);
    // The tables that every decoder knows: finding better ones costs more time than it saves bytes.
    const options = ffmpeg.Dictionary.fromObject({ huffman: "default" });
    try {
      checked(ffmpeg, await context.open2(codec, options), "open the JPEG encoder");
    } catch (error) {
      press.free();
      throw error;
    } finally {
      options.free();
    }
    return press;
  }

  async encode(pixels: Buffer, stride: number, quality: number, packet: AvPacket): Promise<Uint8Array> {
    const { height } = this;
    const done = await this.#scaler.scale([pixels], [stride], 0, height, this.#planes, this.#strides);
    checked(this.ffmpeg, done, "convert a picture");
    this.#frame.quality = quantiser(quality) * QUANTISER;
    checked(this.ffmpeg, await this.#context.sendFrame(this.#frame), "encode a JPEG");
    checked(this.ffmpeg, await this.#context.receivePacket(packet), "get a JPEG");
    const bytes = Uint8Array.from(packet.data!);
    packet.unref();
    return bytes;
  }

  free(): void {
    this.#context.freeContext();
    this.#scaler.freeContext();
    this.#frame.free();
  }
}

/** Encodes parts of BGRX pictures. Dispose it. */
export class JpegEncoder implements Disposable {
  /** By size and colours; the one that was used last is last. */
  readonly #presses = new Map<string, Press>();
  readonly #packet: AvPacket;
  readonly #turns = new Turns();

  constructor(private readonly ffmpeg: Ffmpeg) {
    this.#packet = new ffmpeg.Packet();
    this.#packet.alloc();
  }

  /**
   * `part` of a picture whose rows are `stride` bytes apart, as JPEG of `quality` 1 to 100. The pixels must not change until the promise is
   * settled. Throws RangeError for a part that is not within the picture.
   */
  encode(pixels: Uint8Array, stride: number, part: Rectangle, quality: number): Promise<Uint8Array> {
    const { x, y, width, height } = part;
    const first = y * stride + x * PIXEL;
    const end = first + (height - 1) * stride + width * PIXEL;
    const fits = x >= 0 && y >= 0 && width > 0 && height > 0 && (x + width) * PIXEL <= stride &&
      end <= pixels.length && Math.max(width, height) <= MOST_SIDE;
    if (!fits) throw new RangeError(`a part of ${width}x${height} at ${x},${y} is not within the picture`);
    const from = Buffer.from(pixels.buffer, pixels.byteOffset + first, end - first);
    return this.#turns.run(async () => {
      const press = await this.#press(part, quality >= FULL_COLOUR);
      return await press.encode(from, stride, quality, this.#packet);
    });
  }

  [Symbol.dispose](): void {
    void this.#turns.end(() => {
      for (const press of this.#presses.values()) press.free();
      this.#packet.free();
    });
  }

  async #press(size: Size, full: boolean): Promise<Press> {
    const { AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUVJ444P } = this.ffmpeg.constants;
    const key = `${size.width}x${size.height}${full ? "full" : ""}`;
    const press = this.#presses.get(key) ??
      await Press.open(this.ffmpeg, size, full ? AV_PIX_FMT_YUVJ444P : AV_PIX_FMT_YUVJ420P);
    this.#presses.delete(key);
    this.#presses.set(key, press);
    let pixels = 0;
    for (const { width, height } of this.#presses.values()) pixels += width * height;
    for (const [other, oldest] of this.#presses) {
      if (other === key || (this.#presses.size <= MOST_KEPT && pixels <= MOST_PIXELS)) break;
      this.#presses.delete(other);
      pixels -= oldest.width * oldest.height;
      oldest.free();
    }
    return press;
  }
}
