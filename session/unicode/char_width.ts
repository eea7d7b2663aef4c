/**
 * How many columns a code point takes: one table for the host's emulator, the page, painted viewers and guesses. It follows shells and
 * editors: `wcwidth` of glibc, with the characters of Unicode 17 (`scripts/make_unicode.ts`).
 */
import { GraphemeClass } from "./grapheme_class.ts";
import { RUNS } from "./unicode_data.ts";

/** Planes below this are in a table; those above are a few runs. */
const LOOKED_UP = 0x20000;
const WIDTH = 3;
const CLASS_SHIFT = 2;
const HANGUL_FIRST = 0xac00;
const HANGUL_LAST = 0xd7a3;
/** Hangul syllables with the same first two letters; the one without a final letter comes first. */
const HANGUL_LAST_LETTERS = 28;

/** Width (two bits), and the class above it, by code point. */
const table = new Uint8Array(LOOKED_UP);
/** For higher planes: the first code points of runs, and their values. */
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
 * Columns of a single code point: 0 (marks, joiners, controls), 1, or 2 (CJK, most emoji). For a code point that `wcwidth` does not know
 * (-1: unassigned, private) 1, or 2 where Unicode reserves it for CJK.
 */
export function charWidth(code: number): 0 | 1 | 2 {
  return (look(code) & WIDTH) as 0 | 1 | 2;
}

/** The class that decides whether a code point continues the grapheme cluster before it. */
export function graphemeClass(code: number): GraphemeClass {
  return (look(code) >> CLASS_SHIFT) as GraphemeClass;
}
