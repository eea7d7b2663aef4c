/** The pixels of a picture that is not a file. */
import type { Picture } from "./picture_store.ts";
import { type Pixels, pixelsOf, sixelSize } from "./picture_sizes.ts";
import { drawSixel, type Raster } from "./sixel.ts";

/** The most pixels of a sixel picture that is drawn; a larger one takes too long. */
const MAX_SIXEL = 4 * 1024 * 1024;

/** The pixels; undefined for a file, and for data that is too large or invalid. */
export function rasterOf({ kind, data }: Picture): Raster | undefined {
  if (kind === "file") return undefined;
  if (kind !== "sixel") return rawPixels(data, kind === "rgb" ? 3 : 4);
  const text = new TextDecoder("latin1").decode(data);
  const size = sixelSize(text.slice(text.indexOf("q") + 1));
  return size && fits(size, MAX_SIXEL) ? drawSixel(text, size) : undefined;
}

/** Whether a picture of this size has at most `most` pixels. */
export function fits({ width, height }: Pixels, most: number): boolean {
  return width * height <= most;
}

/** Decodes width and height, 32 bits each, and pixels of three or four bytes. */
function rawPixels(data: Uint8Array, depth: 3 | 4): Raster | undefined {
  if (data.length < 8) return undefined;
  const { width, height } = pixelsOf(data);
  if (width === 0 || data.length !== 8 + width * height * depth) return undefined;
  const all = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let i = 0; i < width * height; i++) all.set(data.subarray(8 + i * depth, 8 + (i + 1) * depth), i * 4);
  return { width, height, data: all };
}
