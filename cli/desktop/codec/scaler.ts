/** Pixels of a screen into the form that encoders take, in the same size or another. */
import { Buffer } from "node:buffer";
import { type AvFrame, type AvScaler, checked, type Ffmpeg } from "./node_av.ts";
import { newFrame } from "./frames.ts";
import type { Picture, Rows, Size } from "./picture.ts";
import { Turns } from "./turns.ts";

/** Bytes of a pixel: BGRX. */
const PIXEL = 4;
/** Rows that are converted together, where only some changed: less costs more in calls (0.16 ms for 64 rows of 1920 pixels, all take 4). */
const BAND = 64;
/** Converters for parts of different height that are kept, each some 100 KB. */
const MOST_CONVERTERS = 4;

/**
 * BGRX (4 bytes a pixel, blue first) to I420, BT.601, video range. An odd last row or column of `from` is left out; `to` must be even.
 * The work is done in another thread: the pixels must not change until the promise is settled.
 */
export class Scaler implements Disposable {
  readonly #ffmpeg: Ffmpeg;
  readonly #from: Size;
  readonly #frame: AvFrame;
  readonly #planes: Buffer[];
  readonly #strides: number[];
  /** By the number of rows; the one that was used last is last. */
  readonly #converters = new Map<number, AvScaler>();
  readonly #turns = new Turns();
  readonly #to: Size;

  constructor(ffmpeg: Ffmpeg, from: Size, to: Size) {
    if (to.width % 2 !== 0 || to.height % 2 !== 0) throw new RangeError("the size of a picture must be even");
    this.#ffmpeg = ffmpeg;
    this.#from = { width: from.width & ~1, height: from.height & ~1 };
    this.#to = to;
    this.#frame = newFrame(ffmpeg, to, ffmpeg.constants.AV_PIX_FMT_YUV420P);
    this.#frame.colorRange = ffmpeg.constants.AVCOL_RANGE_MPEG;
    this.#planes = this.#frame.data!;
    this.#strides = this.#frame.linesize.slice(0, this.#planes.length);
  }

  /**
   * Converts `pixels`, whose rows are `stride` bytes apart (`width * 4` if it is not given). `rows`: what changed since the last call; the
   * rest is as it was then. Without it all. The picture is valid until the next call.
   */
  scale(
    pixels: Uint8Array,
    options: { readonly stride?: number; readonly rows?: Rows } = {},
  ): Promise<Picture> {
    const stride = options.stride ?? this.#from.width * PIXEL;
    const needed = (this.#from.height - 1) * stride + this.#from.width * PIXEL;
    if (stride < this.#from.width * PIXEL || pixels.length < needed) {
      throw new RangeError(`a picture has ${pixels.length} bytes; ${needed} are needed`);
    }
    const from = Buffer.from(pixels.buffer, pixels.byteOffset, pixels.byteLength);
    const parts = this.#parts(options.rows);
    return this.#turns.run(async () => {
      for (const part of parts) await this.#convert(from, stride, part);
      return { frame: this.#frame, ...this.#to };
    });
  }

  [Symbol.dispose](): void {
    void this.#turns.end(() => {
      for (const converter of this.#converters.values()) converter.freeContext();
      this.#frame.free();
    });
  }

  /** What is converted so that `rows` are: bands, or all where the size changes or most did. */
  #parts(rows: Rows | undefined): Rows[] {
    const { height } = this.#from;
    const all = [{ from: 0, to: height }];
    if (rows === undefined || height !== this.#to.height || this.#from.width !== this.#to.width) return all;
    const first = Math.floor(Math.max(0, rows.from) / BAND) * BAND;
    const last = Math.min(height, rows.to);
    if (last - first > height / 2) return all;
    const bands: Rows[] = [];
    for (let row = first; row < last; row += BAND) {
      bands.push({ from: row, to: Math.min(height, row + BAND) });
    }
    return bands;
  }

  async #convert(pixels: Buffer, stride: number, { from, to }: Rows): Promise<void> {
    const rows = to - from;
    const whole = rows === this.#from.height;
    const planes = whole ? this.#planes : this.#planes.map((plane, index) =>
      // The planes of colour have half of the rows.
      plane.subarray((index === 0 ? from : from / 2) * this.#strides[index]!)
    );
    const start = pixels.subarray(from * stride);
    const converter = this.#converter(rows, whole);
    const done = await converter.scale([start], [stride], 0, rows, planes, this.#strides);
    checked(this.#ffmpeg, done, "convert a picture");
  }

  #converter(rows: number, whole: boolean): AvScaler {
    const known = this.#converters.get(rows);
    this.#converters.delete(rows);
    const converter = known ?? this.#open(rows, whole ? this.#to.height : rows);
    this.#converters.set(rows, converter);
    for (const [other, oldest] of this.#converters) {
      if (this.#converters.size <= MOST_CONVERTERS) break;
      this.#converters.delete(other);
      oldest.freeContext();
    }
    return converter;
  }

  #open(rows: number, toRows: number): AvScaler {
    const { AV_PIX_FMT_BGR0, AV_PIX_FMT_YUV420P, SWS_BILINEAR, SWS_FULL_CHR_H_INP } = this.#ffmpeg.constants;
    const converter = new this.#ffmpeg.SoftwareScaleContext();
    // Bilinear, since without a filter the colour of every second row is lost: thin lines turn grey. FFmpeg's `fast` one moves pixels, by
    // half of one at the right edge of 1,600, and is no faster. Colours are halved by the filter too, which takes 1.3 ms in place of 2.2 (720p).
    converter.getContext(
      this.#from.width,
      rows,
      AV_PIX_FMT_BGR0,
      this.#to.width,
      toRows,
      AV_PIX_FMT_YUV420P,
      SWS_BILINEAR | SWS_FULL_CHR_H_INP,
    );
    return converter;
  }
}
