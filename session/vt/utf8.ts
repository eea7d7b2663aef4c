/**
 * UTF-8, and one rule for invalid bytes in every view: U+FFFD, one column, for each maximal part of a character, as in the Encoding
 * Standard and `TextDecoder`. Inside sequences and strings invalid bytes are left out. A BOM is skipped, as by xterm.js.
 */

/** Replaces invalid bytes: U+FFFD. */
export const REPLACEMENT: readonly number[] = [0xef, 0xbf, 0xbd];
const BOM = 0xfeff;
/** The first printable code point beyond ASCII; controls are below it. */
const FIRST_PRINTED = 0xa0;

/** The number of continuation bytes after a lead byte; 0 for a byte that is no lead. */
export function continuations(lead: number): number {
  if (lead < 0xc2 || lead > 0xf4) return 0;
  return lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
}

/**
 * Whether `byte` continues a character of which `seen` bytes came, the first of them `lead`: not if the result would be overlong, a
 * surrogate or out of range.
 */
export function isContinuation(lead: number, seen: number, byte: number): boolean {
  if ((byte & 0xc0) !== 0x80) return false;
  if (seen > 1) return true;
  switch (lead) {
    case 0xe0:
      return byte >= 0xa0;
    case 0xed:
      return byte < 0xa0;
    case 0xf0:
      return byte >= 0x90;
    case 0xf4:
      return byte < 0x90;
    default:
      return true;
  }
}

/** Whether this code point is skipped. */
export function isDropped(code: number): boolean {
  return code === BOM;
}

/** The code point of a complete sequence of 2 to 4 bytes, unchecked. */
export function codePoint(bytes: readonly number[]): number {
  return bytes.slice(1).reduce(
    (code, byte) => (code << 6) | (byte & 0x3f),
    bytes[0]! & (0x7f >> bytes.length),
  );
}

/** The end of the character of several bytes that begins at `at`; `at` if it is incomplete, invalid, skipped or a control. */
export function characterEnd(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!;
  const more = continuations(lead);
  if (more === 0 || at + more >= bytes.length) return at;
  let code = lead & (0x3f >> more);
  for (let k = 1; k <= more; k++) {
    const byte = bytes[at + k]!;
    if (!isContinuation(lead, k, byte)) return at;
    code = (code << 6) | (byte & 0x3f);
  }
  return code < FIRST_PRINTED || isDropped(code) ? at : at + more + 1;
}
