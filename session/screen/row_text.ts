/**
 * Reads a row of history. Its text may come from a peer: it contains SGR, hyperlinks (OSC 8) and breaks (ST alone) between code points that
 * would join into one cell, counted by clusters (`widths.ts`); anything else is skipped, as is what does not fit into the row.
 */

import { charProperties, joinsBefore, widthOf } from "../emulator/widths.ts";

const TOKEN = new RegExp(
  // SGR, hyperlink, break; then all other sequences and strings, complete or not; text.
  "(\\x1b\\[([0-9;:]*)m)|(\\x1b\\]8;([^\\x00-\\x1f\\x7f-\\x9f]{0,4200})\\x1b\\\\)|(\\x1b\\\\)|" +
    "\\x1b\\[[0-?]*[ -/]*[@-~]?|\\x1b[\\]PX^_][^\\x07\\x1b]*(?:\\x07|\\x1b\\\\)?|\\x1b[ -/]*[0-~]?|" +
    "([ -~]+|[^\\x00-\\x1f\\x7f-\\x9f])",
  "gu",
);
const ASCII = /^[ -~]*$/;

/** Receives the parts of a row, in order. */
export interface RowEvents {
  /** A sequence, with the parameters of an SGR or the `params;uri` of a link; a break has neither. */
  sequence(token: string, sgr: string | undefined, link: string | undefined): void;
  /** A new cell of 1 or 2 columns. */
  cell(char: string, width: number): void;
  /** One more code point of the last cell, which then has `width` columns. */
  join(char: string, width: number): void;
}

/** Reports the content of the first `cols` columns of `text`. */
export function readRow(text: string, cols: number, on: RowEvents): void {
  let [x, last, preceding] = [0, 0, 0];
  for (const [, sgrToken, sgr, linkToken, link, separator, printed] of text.matchAll(TOKEN)) {
    if (printed === undefined) {
      const token = sgrToken ?? linkToken ?? separator;
      preceding = 0;
      if (token !== undefined) on.sequence(token, sgr, link);
      continue;
    }
    for (const char of printed) {
      const properties = charProperties(char.codePointAt(0)!, preceding, true);
      const width = widthOf(properties);
      if (x > 0 && joinsBefore(properties)) {
        if (x + width - last <= cols) [x, last] = [x + width - last, width];
        on.join(char, last);
      } else if (width === 0) {
        // No printed code point is before it: it keeps the width of the cell before.
        if (x > 0) on.join(char, last);
        continue;
      } else {
        if (x + width > cols) return;
        on.cell(char, width);
        [x, last] = [x + width, width];
      }
      preceding = properties;
    }
  }
}

/** `text` without anything that is not allowed in a row, and no wider than `cols` columns. */
export function cleanRow(text: string, cols: number): string {
  if (text.length <= cols && ASCII.test(text)) return text;
  let out = "";
  readRow(text, cols, {
    sequence: (token) => out += token,
    cell: (char) => out += char,
    join: (char) => out += char,
  });
  return out;
}
