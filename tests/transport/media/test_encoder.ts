/** An encoder for tests: pictures of a file that come on demand, as large as a bitrate says, with keyframes when they are asked for. */

import type { EncodedVideo } from "../../../transport/media/track_manager.ts";
import { encodeTestPicture, type Picture } from "./h264_file.ts";

/** The largest picture that is made larger than it is, in bytes: a rate of 100 Mbit/s at 30 a second. */
const LARGEST = 400_000;
/** A keyframe is so much larger than the others, as with a real encoder. */
const KEYFRAME = 4;
/** Filler data (NAL type 12 of H.264): decoders pass over it. */
const FILLER = 12;

export class TestEncoder {
  /** Bits a second. */
  bitrate: number;
  /** Keyframes so far. */
  keyframes = 0;
  readonly #pictures: readonly Picture[];
  readonly #fps: number;
  #next = 0;

  private constructor(pictures: readonly Picture[], fps: number, bitrate: number) {
    this.#pictures = pictures;
    this.#fps = fps;
    this.bitrate = bitrate;
  }

  /** 640 by 360 pixels, or another size, at `fps` pictures a second. */
  static async create(
    fps: number,
    bitrate: number,
    size = { width: 640, height: 360 },
  ): Promise<TestEncoder> {
    const pictures = await encodeTestPicture({
      ...size,
      fps,
      seconds: 40,
      keyframeEvery: fps * 10,
      kbit: 100,
    });
    return new TestEncoder(pictures, fps, bitrate);
  }

  /** The next picture is a keyframe: the stream goes on at the next one of the file. */
  keyframe(): void {
    while (!this.#pictures[this.#next]!.keyframe) this.#next = (this.#next + 1) % this.#pictures.length;
  }

  /** The next picture; `small`: as small as it is, whatever the bitrate. */
  encode(time: number, small = false): EncodedVideo {
    const { nals, keyframe } = this.#pictures[this.#next]!;
    this.#next = (this.#next + 1) % this.#pictures.length;
    if (keyframe) this.keyframes++;
    const size = nals.reduce((sum, nal) => sum + nal.length, 0);
    const wanted = this.bitrate / 8 / this.#fps * (keyframe ? KEYFRAME : 1);
    const missing = Math.floor(Math.min(LARGEST, wanted) - size);
    return { nals: missing > 2 && !small ? [...nals, filler(missing)] : nals, keyframe, time };
  }
}

function filler(size: number): Uint8Array {
  const nal = new Uint8Array(size).fill(0xFF);
  nal[0] = FILLER;
  nal[size - 1] = 0x80;
  return nal;
}
