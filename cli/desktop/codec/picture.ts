/** Sizes, parts of a picture, and a picture in the form that encoders take. */
import type { AvFrame } from "./node_av.ts";

/** Pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Rows of a picture: the first, and the one after the last. */
export interface Rows {
  readonly from: number;
  readonly to: number;
}

/** A picture as I420, BT.601, video range. */
export interface Picture extends Size {
  readonly frame: AvFrame;
}

/** The largest even size with the shape of `size` that has at most the sides of `most`, and at least 2 pixels a side. */
export function evenSize({ width, height }: Size, most: Size = { width, height }): Size {
  const part = Math.min(1, most.width / width, most.height / height);
  const even = (side: number) => Math.max(2, 2 * Math.floor(side * part / 2 + 1e-9));
  return { width: even(width), height: even(height) };
}
