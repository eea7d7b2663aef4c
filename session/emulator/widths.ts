/**
 * How an emulator joins code points into cells, in place of xterm.js's own tables. By default as shells and editors count, by `wcwidth`: a
 * code point of no width joins the cell before it, every other begins a cell. While a program has set mode 2027
 * (https://github.com/contour-terminal/terminal-unicode-core), by grapheme clusters: a family of emoji is one cell of two columns then.
 */

import { CELL_WORDS, WIDTH_SHIFT as CELL_WIDTH_SHIFT } from "./attributes.ts";
import { charWidth, graphemeClass } from "../unicode/char_width.ts";
import { GraphemeClass, joins } from "../unicode/grapheme_class.ts";
import { limitCells, MAX_CODES } from "./combining_marks.ts";
import type { Emulator } from "./xterm_internals.ts";

/** The private mode in which text is joined by grapheme clusters. */
export const CLUSTER_MODE = 2027;
/** Turns a symbol into an emoji, which is wide in terminals that count clusters. */
const EMOJI_PRESENTATION = 0xfe0f;

/**
 * The properties that xterm.js keeps of a code point: whether it joins the one before, the width of both, the class; above that, how many
 * have joined.
 */
const JOINS = 1;
const WIDTH_SHIFT = 1;
const WIDTH_MASK = 3;
const CLASS_SHIFT = 3;
const CLASS_MASK = 15;
const COUNT_SHIFT = 7;
/** Width 1 and no other property. */
const PLAIN = 1 << WIDTH_SHIFT;

/** Whether these properties mean that the code point joins the one before. */
export function joinsBefore(properties: number): boolean {
  return (properties & JOINS) !== 0;
}

/** The columns in these properties: of a code point that joins, those of the whole cell. */
export function widthOf(properties: number): number {
  return properties >> WIDTH_SHIFT & WIDTH_MASK;
}

/**
 * The properties of `code` after a code point with the properties `preceding` (0: nothing was printed that it could join). A code point
 * that would join a full cell is dropped, with no effect on what follows, since a snapshot of the cell does not contain it.
 */
export function charProperties(code: number, preceding: number, clusters: boolean): number {
  if (code >= 0x20 && code < 0x7f && preceding >> CLASS_SHIFT === 0) return PLAIN;
  const width = charWidth(code);
  const kind = clusters ? graphemeClass(code) : GraphemeClass.Other;
  const last = (preceding >> CLASS_SHIFT & CLASS_MASK) as GraphemeClass;
  if (preceding === 0 || (width > 0 && !(clusters && joins(last, kind)))) {
    return kind << CLASS_SHIFT | width << WIDTH_SHIFT;
  }
  const joined = (preceding >> COUNT_SHIFT) + 1;
  if (joined >= MAX_CODES) return preceding | JOINS;
  const pair = last === GraphemeClass.RegionalIndicator && kind === last;
  const wide = pair || (clusters && code === EMOJI_PRESENTATION);
  const both = wide ? 2 : Math.max(widthOf(preceding), width);
  const now = pair ? GraphemeClass.RegionalPair : kind;
  return joined << COUNT_SHIFT | now << CLASS_SHIFT | both << WIDTH_SHIFT | JOINS;
}

/** How many code points the cell has that ends in one with these properties, counting those printed without interruption. */
export function codesOf(properties: number): number {
  return 1 + (properties >> COUNT_SHIFT);
}

/** Whether a cell with this text and width results from printing the text where clusters are not counted. */
export function isByCodePoint(chars: string, width: number): boolean {
  if (chars.length <= 1) return true;
  let first = true;
  for (const char of chars) {
    if (charWidth(char.codePointAt(0)!) !== (first ? width : 0)) return false;
    first = false;
  }
  return true;
}

/** The rule of one emulator. */
export class Widths {
  /** Whether mode 2027 is set. */
  clusters = false;

  constructor(private readonly emulator: Emulator) {
    const { _inputHandler: input, unicodeService } = emulator;
    limitCells(emulator);
    Object.assign(unicodeService, {
      wcwidth: charWidth,
      charProperties: (code: number, preceding: number) => charProperties(code, preceding, this.clusters),
    });
    const print = input.print.bind(input);
    input.print = (data, from, to) => {
      const start = input._parser.precedingJoinState === 0 ? this.#alone(data, from, to) : from;
      print(data, start, to);
    };
    input.registerEscHandler({ final: "c" }, () => (this.clusters = false));
    for (const final of ["h", "l"]) {
      input.registerCsiHandler({ prefix: "?", final }, (p) => {
        if (p.params.subarray(0, p.length).includes(CLUSTER_MODE)) this.clusters = final === "h";
        return false;
      });
    }
  }

  /**
   * Handles code points without width that follow no printed one, because the cursor was moved. They join the cell before the cursor and
   * keep its width; in the first column they are dropped. xterm.js would give each a column. Returns the position of the first other code
   * point.
   */
  #alone(data: Uint32Array, from: number, to: number): number {
    let at = from;
    const { active } = this.emulator._bufferService.buffers;
    for (; at < to && data[at]! > 0x7e && charWidth(data[at]!) === 0; at++) {
      const line = active.lines.get(active.ybase + active.y);
      if (active.x > 0 && line) line.addCodepointToCell(cellBefore(line, active.x), data[at]!, 0);
    }
    return at;
  }
}

/** The column of the cell that ends before column `x`. */
function cellBefore(line: { readonly _data: Uint32Array }, x: number): number {
  const isRightHalf = line._data[(x - 1) * CELL_WORDS]! >>> CELL_WIDTH_SHIFT === 0;
  return isRightHalf && x > 1 ? x - 2 : x - 1;
}
