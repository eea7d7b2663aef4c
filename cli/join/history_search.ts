/** Finds text in the rows of the history view. Pure. */
import type { HistoryRow } from "../../frames/history_frames.ts";

/** Attributes and links in a row's text. */
// deno-lint-ignore no-control-regex -- these are escape sequences
const SEQUENCE = /\x1b\[[\d;:]*m|\x1b\]8;[^\x07\x1b]*(?:\x07|\x1b\\)/g;
const INVERSE = "\x1b[7m";
const NOT_INVERSE = "\x1b[27m";

/** Returns a row; undefined for one that is not here. */
export interface Rows {
  row(number: number): HistoryRow | undefined;
}

export interface Match {
  readonly row: number;
  /** In characters of the row's text. */
  readonly from: number;
  readonly to: number;
}

/**
 * The next match of `wanted` from row `from` on, by `step` rows (-1 is older), up to row `end`, that one not included. Small letters match
 * large ones too, as in vim's `smartcase`. What goes on in the next row is found by its begin.
 */
export function search(rows: Rows, wanted: string, from: number, end: number, step: -1 | 1): Match | null {
  const exact = wanted !== wanted.toLowerCase();
  const fold = (text: string) => exact ? text : text.toLowerCase();
  for (let n = from; step < 0 ? n > end : n < end; n += step) {
    const row = rows.row(n);
    if (!row) continue;
    const text = plain(row);
    const next = row[1] ? rows.row(n + 1) : undefined;
    const at = fold(next ? text + plain(next) : text).indexOf(fold(wanted));
    if (at >= 0 && at < text.length) {
      return { row: n, from: at, to: Math.min(text.length, at + wanted.length) };
    }
  }
  return null;
}

/** `row` with the match shown inverse. */
export function marked([text, wrapped]: HistoryRow, { from, to }: Match): HistoryRow {
  let out = "";
  let at = 0;
  const print = (part: string) => {
    const [a, b] = [Math.max(0, from - at), Math.max(0, to - at)];
    const inside = part.slice(a, b);
    out += part.slice(0, a) + (inside && INVERSE + inside + NOT_INVERSE) + part.slice(Math.max(a, b));
    at += part.length;
  };
  let end = 0;
  for (const { 0: sequence, index } of text.matchAll(SEQUENCE)) {
    print(text.slice(end, index));
    out += sequence;
    end = index + sequence.length;
  }
  print(text.slice(end));
  return [out, wrapped];
}

function plain([text]: HistoryRow): string {
  return text.includes("\x1b") ? text.replace(SEQUENCE, "") : text;
}
