/** UTF-8 as xterm.js reads it: what is broken or forbidden is skipped without a trace. */

/** Number of continuation bytes that a lead byte asks for; 0 for bytes that lead nothing. */
export function continuations(lead: number): number {
  if ((lead & 0xe0) === 0xc0) return 1;
  if ((lead & 0xf0) === 0xe0) return 2;
  return (lead & 0xf8) === 0xf0 ? 3 : 0;
}

/** Whether this code point of `length` bytes is skipped: overlong, a surrogate, out of range, or a BOM. */
export function isDropped(code: number, length: number): boolean {
  if (length === 2) return code < 0x80;
  if (length === 3) return code < 0x800 || (code >= 0xd800 && code <= 0xdfff) || code === 0xfeff;
  return code < 0x10000 || code > 0x10ffff;
}

/** The code point of a whole sequence of 2 to 4 bytes, unchecked. */
export function codePoint(bytes: readonly number[]): number {
  return bytes.slice(1).reduce(
    (code, byte) => (code << 6) | (byte & 0x3f),
    bytes[0]! & (0x7f >> bytes.length),
  );
}
