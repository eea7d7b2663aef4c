/** Room for pixels. */
import { type AvFrame, checked, type Ffmpeg } from "./node_av.ts";
import type { Size } from "./picture.ts";

/** A frame with room for a picture; free it. Get its `data` once: it stays where it is. */
export function newFrame(ffmpeg: Ffmpeg, { width, height }: Size, format: number): AvFrame {
  const frame = new ffmpeg.Frame();
  frame.alloc();
  frame.format = format;
  frame.width = width;
  frame.height = height;
  checked(ffmpeg, frame.allocBuffer(), "make room for a picture");
  return frame;
}
