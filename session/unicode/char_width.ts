/**
 * How many columns a code point takes: one table for the host's emulator, the page, painted viewers and guesses. It is that of shells and
 * editors, `wcwidth` of glibc, with the characters of Unicode 17 (`scripts/make_unicode.ts`).
 */
import { GraphemeClass } from "./grapheme_class.ts";
import { RUNS } from "./unicode_data.ts";

/** The planes of letters and emoji are looked up; those above are a few runs. */
const LOOKED_UP = 0x20000;
const WIDTH = 3;
const CLASS_SHIFT = 2;
const HANGUL_FIRST = 0xac00;
const HANGUL_LAST = 0xd7a3;
/** Syllables with the same first two letters, the one without a third first. */
const HANGUL_LAST_LETTERS = 28;

/** Width (two bits) and class above it, by code point. */
const table = new Uint8Array(LOOKED_UP);
/** Above: the first code points of runs, and their values. */
const starts: number[] = [];
const values: number[] = [];

{
  let from = 0;
  for (const run of RUNS.split(" ")) {
    const [length, value] = run.split(",").map((number) => parseInt(number, 36)) as [number, number];
    const to = from + length;
    if (from < LOOKED_UP) table.fill(value, from, Math.min(to, LOOKED_UP));
    if (to > LOOKED_UP) {
      starts.push(from);
      values.push(value);
    }
    from = to;
  }
  for (let code = HANGUL_FIRST; code <= HANGUL_LAST; code++) {
    const kind = (code - HANGUL_FIRST) % HANGUL_LAST_LETTERS === 0
      ? GraphemeClass.HangulLV
      : GraphemeClass.HangulLVT;
    table[code] = kind << CLASS_SHIFT | 2;
  }
}

function look(code: number): number {
  if (code < LOOKED_UP) return table[code]!;
  let at = starts.length - 1;
  while (at > 0 && starts[at]! > code) at--;
  return values[at]!;
}

/**
 * Columns of a code point that stands alone: 0 (marks, joiners, controls), 1, or 2 (CJK, most emoji). What `wcwidth` does not know (-1:
 * unassigned, private) takes 1, or 2 where Unicode keeps the place for CJK.
 */
export function charWidth(code: number): 0 | 1 | 2 {
  return (look(code) & WIDTH) as 0 | 1 | 2;
}

/** What a code point does to the grapheme cluster before it. */
export function graphemeClass(code: number): GraphemeClass {
  return (look(code) >> CLASS_SHIFT) as GraphemeClass;
}
