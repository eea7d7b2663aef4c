/** Which text has the same width in all terminals. */
import { charWidth } from "./char_width.ts";

/**
 * Whether every terminal gives this text the same width and joins it with no neighbour: single code points of Latin, Greek, Cyrillic, box
 * drawing, CJK.
 */
export function isAgreed(chars: string): boolean {
  const code = chars.codePointAt(0) ?? 0;
  if (chars.length > 1) return false;
  return code < 0x300 || (code >= 0x370 && code < 0x483) || (code >= 0x2500 && code < 0x25a0) ||
    (code >= 0x3000 && code < 0x302a) || (code >= 0x3041 && code < 0x3099) ||
    (code >= 0x309b && code < 0xa4d0) ||
    (code >= 0xac00 && code < 0xd7a4);
}

/** The most columns that a terminal may give this text: each code point by itself. */
export function mostColumns(chars: string): number {
  if (isAgreed(chars)) return 0;
  let columns = 0;
  for (const char of chars) columns += isAgreed(char) ? charWidth(char.codePointAt(0)!) : 2;
  return columns;
}
