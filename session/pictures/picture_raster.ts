/** The pixels of a picture that is no file. */
import type { Picture } from "./picture_store.ts";
import { type Pixels, pixelsOf, sixelSize } from "./picture_sizes.ts";
import { drawSixel, type Raster } from "./sixel.ts";

/** A sixel picture with more pixels takes too long to draw. */
const MAX_SIXEL = 4 * 1024 * 1024;

/** Undefined for a file, and for what is too large or no picture. */
export function rasterOf({ kind, data }: Picture): Raster | undefined {
  if (kind === "file") return undefined;
  if (kind !== "sixel") return rawPixels(data, kind === "rgb" ? 3 : 4);
  const text = new TextDecoder("latin1").decode(data);
  const size = sixelSize(text.slice(text.indexOf("q") + 1));
  return size && fits(size, MAX_SIXEL) ? drawSixel(text, size) : undefined;
}

export function fits({ width, height }: Pixels, most: number): boolean {
  return width * height <= most;
}

/** Width and height, 32 bits each, and pixels of three or four bytes. */
function rawPixels(data: Uint8Array, depth: 3 | 4): Raster | undefined {
  if (data.length < 8) return undefined;
  const { width, height } = pixelsOf(data);
  if (width === 0 || data.length !== 8 + width * height * depth) return undefined;
  const all = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let i = 0; i < width * height; i++) all.set(data.subarray(8 + i * depth, 8 + (i + 1) * depth), i * 4);
  return { width, height, data: all };
}
