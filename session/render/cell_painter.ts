/** Writes cells into a real terminal, whatever columns it gives to characters that terminals do not agree about. */

import { type Cell, sgr } from "../emulator/attributes.ts";
import { isAgreed } from "../unicode/agreed_width.ts";
import { charWidth } from "../unicode/char_width.ts";
import { eraseRows, moveTo } from "../screen/paint.ts";
import { CLUSTER_MODE, isByCodePoint } from "../emulator/widths.ts";

/** A cell with its hyperlink as the sequence that opens it (numbers mean nothing outside their emulator). */
export interface Look extends Cell {
  opening: string;
}

const NO_LINK = "\x1b]8;;\x1b\\";
const PLAIN = "\x1b[m";
/** The bit in a cell's background that keeps it from DECSEL. */
const PROTECTED = 0x20000000;

export class CellPainter {
  #out = "";
  #row = -1;
  #col = -1;
  #pen = PLAIN;
  #link = "";
  #clusters = false;

  /** How much was written, characters: it grows with each call that writes something. */
  get length(): number {
    return this.#out.length;
  }

  /** Erases the whole window. */
  clear(rows: number): void {
    this.#out += PLAIN + eraseRows(rows);
  }

  /** Prints a cell. Of one that is not {@link isAgreed} nobody knows where it ends: the next is placed by its column. */
  print(row: number, col: number, cell: Readonly<Look>): void {
    const agreed = isAgreed(cell.chars);
    if (!agreed) {
      this.#col = -1;
      this.#countClusters(!isByCodePoint(cell.chars, cell.width));
    }
    this.#move(row, col);
    this.#setPen(sgr({ ...cell, bg: cell.bg & ~PROTECTED }), cell.opening);
    // To a terminal to which it is narrow its second column would keep what was there.
    if (!agreed && cell.width === 2) this.#out += `  \x1b[${col + 1}G`;
    // A mark of its own would join the cell before.
    if (!agreed && charWidth(cell.chars.codePointAt(0)!) === 0) this.#out += " ";
    this.#out += cell.chars;
    this.#col = agreed ? col + cell.width : -1;
  }

  /** Prints the cell in the last column so that the terminal goes on with `next` in the next row by itself, as in one line. */
  wrap(row: number, col: number, cell: Readonly<Look>, next: Readonly<Look>): void {
    this.#out += "\x1b[?7h";
    this.print(row, col, cell);
    this.#setPen(sgr({ ...next, bg: next.bg & ~PROTECTED }), next.opening);
    this.#out += `${next.chars}\x1b[?7l`;
    this.#col = -1;
    this.#row = -1;
  }

  /** Pushes the row from here on one column to the right. */
  insert(row: number, col: number): void {
    this.#move(row, col);
    this.#out += "\x1b[@";
  }

  eraseRest(row: number, col: number): void {
    this.#move(row, col);
    this.#setPen(PLAIN, "");
    this.#out += "\x1b[K";
  }

  /** Everything written; attributes and links are at their defaults behind it. */
  finish(): string {
    this.#setPen(PLAIN, "");
    this.#countClusters(false);
    return this.#out;
  }

  /** Cells may be left from when the program had the other rule than it has now. */
  #countClusters(on: boolean): void {
    if (on !== this.#clusters) this.#out += `\x1b[?${CLUSTER_MODE}${on ? "h" : "l"}`;
    this.#clusters = on;
  }

  #move(row: number, col: number): void {
    if (row === this.#row && col === this.#col) return;
    const forward = row === this.#row && this.#col >= 0 ? col - this.#col : 0;
    if (forward > 0) this.#out += forward === 1 ? "\x1b[C" : `\x1b[${forward}C`;
    else if (row === this.#row) this.#out += `\x1b[${col + 1}G`;
    else this.#out += moveTo(row, col);
    this.#row = row;
    this.#col = col;
  }

  #setPen(pen: string, link: string): void {
    if (pen !== this.#pen) this.#out += pen;
    if (link !== this.#link) this.#out += link === "" ? NO_LINK : link;
    this.#pen = pen;
    this.#link = link;
  }
}

/** Whether there is more in a cell than one code point. */
export function isCluster(chars: string): boolean {
  return chars.length > 1 && chars.length > String.fromCodePoint(chars.codePointAt(0)!).length;
}
