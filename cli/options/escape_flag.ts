/** Reads the value of `--escape`. Pure. */
import { BadValue } from "./values.ts";

/** Bytes that are, or begin, other keys: Tab, Enter (two), Esc. */
const TAKEN = new Set([0x09, 0x0a, 0x0d, 0x1b]);

/** The byte (1 to 31) that the key sends, written as `^^`, `^a` or `ctrl-a`; `none` as null. */
export function escapeKey(text: string): number | null {
  if (text === "none") return null;
  const match = /^(?:\^|ctrl-)([a-z[\\\]^_])$/i.exec(text);
  const byte = match ? match[1]!.toUpperCase().charCodeAt(0) - 0x40 : 0;
  if (byte < 1 || TAKEN.has(byte)) {
    throw new BadValue(
      "^ and a letter or one of \\ ] ^ _, such as ^^ or ^a, or none",
      TAKEN.has(byte) ? "That is Tab, Enter or Esc" : undefined,
    );
  }
  return byte;
}
