/** History packed on its way: a path that loses carries 60 KB/s reliably, and rows of text shrink to a fifth (`WIRE.md`, `PackedLines`). */
import { WireError } from "./codec.ts";
import { decodeMessage, encodeMessage, MAX_DATA, type Message } from "./message.ts";
import { pack, unpack } from "./deflate.ts";

type Lines = Message & { type: "Lines" };
type PackedLines = Message & { type: "PackedLines" };

/** `lines` packed into at most `most` bytes; null where they do not fit, or packing wins nothing. */
export function packLines(lines: Lines, most: number): PackedLines | null {
  const bytes = encodeMessage(lines);
  const data = pack(bytes);
  if (!data || data.length > Math.min(most, MAX_DATA)) return null;
  return { type: "PackedLines", size: bytes.length, data };
}

/**
 * The `Lines` in a message that came.
 * @throws {WireError} if it holds anything else
 */
export function unpackLines({ size, data }: PackedLines): Lines {
  const bytes = unpack(data, size);
  if (!bytes) throw new WireError(`PackedLines do not unpack to ${size} bytes`);
  const lines = decodeMessage(bytes);
  if (lines.type !== "Lines") throw new WireError(`PackedLines hold ${lines.type}`);
  return lines;
}
