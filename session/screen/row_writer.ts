/** Writes rows of an emulator's screen as text with SGR and OSC 8 sequences. */

import {
  BLANK,
  type Cell,
  isErased,
  isPlain,
  link,
  PROTECTED,
  readCell,
  sameAttributes,
  sgr,
} from "../emulator/attributes.ts";
import { BLANK_CONTENT, CELL_WORDS } from "../emulator/attributes.ts";
import type { EmulatorLine, Link } from "../emulator/xterm_internals.ts";
import { charProperties, joinsBefore, widthOf } from "../emulator/widths.ts";

/** Ends a grapheme cluster in xterm.js without other effect: ST alone. */
export const BREAK = "\x1b\\";

/** Looks up a hyperlink by its number. */
export interface Links {
  link(id: number): Link | undefined;
}

/** The levels of detail of a row: if it is too large, links are left out first, then everything but ASCII letters. */
const DETAILS = ["all", "no links", "letters"] as const;

/** The bytes of a row of letters beside one per column: the cursor moves there, the pen is set, the row may be made to continue. */
export const ROW_HEAD = 128;

/** The most UTF-8 bytes per UTF-16 unit. */
const MOST_BYTES = 3;

/** The number of columns of `line` up to the last that is not a default blank. */
export function usedColumns(line: EmulatorLine): number {
  const cell = { ...BLANK };
  let x = line.length;
  for (; x > 0; x--) {
    const at = (x - 1) * CELL_WORDS;
    // A fast path for the usual end of rows: a blank cell of width 1 without attributes.
    if (line._data[at] === BLANK_CONTENT && line._data[at + 1] === 0 && line._data[at + 2] === 0) continue;
    if (!isPlain(readCell(line, x - 1, cell)) || cell.width === 0) break;
  }
  return x;
}

/**
 * A pen that writes cells: changes attributes and links only where they differ, and separates neighbours that would join into one grapheme
 * (two flags, for example).
 */
export class RowWriter {
  #pen: Readonly<Cell> = BLANK;
  #join = 0;
  #out: string[] = [];
  #detail: typeof DETAILS[number] = "all";
  /** An upper bound of the bytes in #out. */
  #size = 0;
  /** A row that exceeds this size is written again with less detail. */
  #most = Infinity;

  /**
   * @param clusters whether the reader counts by clusters (`widths.ts`); may change with the written sequences
   * @param protection whether to write the protection of cells from DECSEL
   */
  constructor(private readonly links: Links, public clusters: boolean, private readonly protection = true) {}

  /** Returns what was written since the last call. */
  drain(): string {
    const out = this.#out.join("");
    this.#out = [];
    this.#size = 0;
    return out;
  }

  /** Writes a sequence that prints nothing and changes no attributes. It has at most `size` bytes; by default it is ASCII. */
  raw(sequence: string, size = sequence.length): void {
    this.#out.push(sequence);
    this.#size += size;
    this.#join = 0;
  }

  /** Sets the attributes and the hyperlink of `cell`. */
  setPen(cell: Readonly<Cell>): void {
    if (sameAttributes(this.#pen, cell)) return;
    if (this.#pen.link !== cell.link) {
      // SGR 0 does not affect the link, and the link does not affect SGR.
      const opening = link(cell.link === 0 ? undefined : this.links.link(cell.link));
      this.raw(opening, opening.length * MOST_BYTES);
    }
    this.raw(sgr(cell));
    this.#pen = { ...cell };
  }

  /** Prints a cell's text with its attributes; a blank prints as a space. */
  print(cell: Readonly<Cell>): void {
    this.setPen(cell);
    const chars = cell.chars === "" ? " " : cell.chars;
    let join = this.#join;
    let from = 0;
    let at = 0;
    for (const char of chars) {
      const code = char.codePointAt(0)!;
      const next = charProperties(code, join, this.clusters);
      if (at === 0 ? joinsBefore(next) : widthOf(next) > cell.width) {
        // It is kept apart from the cell before, or joins this one without changing its width.
        if (at > 0) this.#push(chars.slice(from, from = at));
        this.raw(BREAK);
        join = at === 0 ? charProperties(code, 0, this.clusters) : 0;
      } else join = at === 0 || join !== 0 ? next : 0;
      at += char.length;
    }
    this.#push(from === 0 ? chars : chars.slice(from));
    this.#join = join;
  }

  #push(text: string): void {
    this.#out.push(text);
    this.#size += text.length === 1 && text.charCodeAt(0) < 0x80 ? 1 : text.length * MOST_BYTES;
  }

  /**
   * Writes columns `[0, to)` of `line`; the cursor is at column 0. Blanks are skipped (`jump`: the row is known to be blank), erased with
   * their background, or printed as spaces (`jump` false). Afterwards the cursor is at `to`, or before blanks at the end that were not
   * stepped over. If the output would exceed `most` bytes the row is written with less detail.
   */
  row(line: EmulatorLine, to: number, jump: boolean, most: number): void {
    const [pen, join, length, size] = [this.#pen, this.#join, this.#out.length, this.#size];
    for (this.#detail of DETAILS) {
      this.#most = this.#detail === "letters" ? Infinity : most;
      // A space is shorter than a cursor movement.
      this.#columns(line, to, jump && this.#detail !== "letters");
      if (this.#size <= this.#most) break;
      [this.#pen, this.#join, this.#out.length, this.#size] = [pen, join, length, size];
    }
    this.#detail = "all";
    this.#most = Infinity;
  }

  #columns(line: EmulatorLine, to: number, jump: boolean): void {
    const cell = { ...BLANK };
    let at = 0;
    for (let x = 0; x < to && this.#size <= this.#most; x++) {
      this.#read(line, x, cell);
      if (jump && isErased(cell) && cell.width !== 2) {
        const plain = isPlain(cell);
        let end = x + 1;
        const { bg } = cell;
        while (end < to && isErased(readCell(line, end, cell)) && cell.bg === bg) end++;
        this.#read(line, x, cell);
        if (!plain) {
          at = this.#move(at, x);
          this.setPen({ ...cell, fg: 0, link: 0, ext: 0 });
          this.raw(`\x1b[${end - x}X`);
        }
        x = end - 1;
        continue;
      }
      at = this.#move(at, x);
      this.print(cell);
      at = x + Math.max(cell.width, 1);
      x = at - 1;
    }
  }

  /** Reads a cell with the current level of detail. */
  #read(line: EmulatorLine, x: number, into: Cell): void {
    readCell(line, x, into);
    if (!this.protection) into.bg = (into.bg & ~PROTECTED) >>> 0;
    if (this.#detail === "all") return;
    into.link = 0;
    if (this.#detail === "no links") return;
    const { chars, width } = into;
    Object.assign(into, BLANK, { chars: width !== 0 && /^[ -~]?$/.test(chars) ? chars : "?" });
  }

  #move(at: number, x: number): number {
    if (x > at) this.raw(`\x1b[${x - at}C`);
    return x;
  }
}

/**
 * One row by itself, from default attributes to default attributes, without blanks at its end; with less detail if it would exceed `most`
 * bytes.
 */
export function rowText(links: Links, line: EmulatorLine, most = Infinity): string {
  const writer = new RowWriter(links, true, false);
  writer.row(line, usedColumns(line), false, most - ROW_HEAD);
  writer.setPen(BLANK);
  return writer.drain();
}
