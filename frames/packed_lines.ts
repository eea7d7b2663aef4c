/** History packed on its way: a path that loses carries 60 KB/s reliably, and rows of text shrink to a fifth (`WIRE.md`, `PackedLines`). */
import { decode, encode, WireError } from "./codec.ts";
import { pack, unpack } from "./deflate.ts";
import { frameOf, frameValue } from "./frame.ts";
import type { LinesFrame, PackedLines } from "./history_frames.ts";
import { MAX_DATA } from "./limits.ts";

/** `lines` packed into at most `most` bytes; null where they do not fit, or packing wins nothing. */
export function packLines(lines: LinesFrame, most: number): PackedLines | null {
  const bytes = encode(frameValue(lines));
  const data = pack(bytes);
  if (!data || data.length > Math.min(most, MAX_DATA)) return null;
  return { type: "PackedLines", size: bytes.length, data };
}

/**
 * The `Lines` in a frame that came.
 * @throws {WireError} if it holds anything else
 */
export function unpackLines({ size, data }: PackedLines): LinesFrame {
  const bytes = unpack(data, size);
  if (!bytes) throw new WireError(`PackedLines do not unpack to ${size} bytes`);
  const lines = frameOf(decode(bytes));
  if (lines?.type !== "Lines") throw new WireError(`PackedLines hold ${lines?.type ?? "what is not known"}`);
  return lines;
}
