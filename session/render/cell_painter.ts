/** Writes cells to a real terminal, whatever width it gives to characters about which terminals disagree. */

import { type Cell, sgr } from "../emulator/attributes.ts";
import { isAgreed } from "../unicode/agreed_width.ts";
import { charWidth } from "../unicode/char_width.ts";
import { eraseRows, moveTo } from "../screen/paint.ts";
import { CLUSTER_MODE, isByCodePoint } from "../emulator/widths.ts";

/** A cell with its hyperlink as the sequence that opens it (link numbers are only valid in their emulator). */
export interface Look extends Cell {
  opening: string;
}

const NO_LINK = "\x1b]8;;\x1b\\";
const PLAIN = "\x1b[m";
/** The bit in a cell's background that protects it from DECSEL. */
const PROTECTED = 0x20000000;

/** Collects the bytes of one frame. */
export class CellPainter {
  #out = "";
  #row = -1;
  #col = -1;
  #pen = PLAIN;
  #link = "";
  #clusters = false;

  /** How many characters were written: grows with each call that writes. */
  get length(): number {
    return this.#out.length;
  }

  /** Erases the whole window. */
  clear(rows: number): void {
    this.#out += PLAIN + eraseRows(rows);
  }

  /** Prints a cell. Where it is not {@link isAgreed} its end is unknown, so the next cell is placed by its column. */
  print(row: number, col: number, cell: Readonly<Look>): void {
    const agreed = isAgreed(cell.chars);
    if (!agreed) {
      this.#col = -1;
      this.#countClusters(!isByCodePoint(cell.chars, cell.width));
    }
    this.#move(row, col);
    this.#setPen(sgr({ ...cell, bg: cell.bg & ~PROTECTED }), cell.opening);
    // A terminal in which the character is narrow would keep the old content of the second column.
    if (!agreed && cell.width === 2) this.#out += `  \x1b[${col + 1}G`;
    // A mark without a base would join the cell before.
    if (!agreed && charWidth(cell.chars.codePointAt(0)!) === 0) this.#out += " ";
    this.#out += cell.chars;
    this.#col = agreed ? col + cell.width : -1;
  }

  /** Prints the cell in the last column so that the terminal continues with `next` in the next row by itself, as one line. */
  wrap(row: number, col: number, cell: Readonly<Look>, next: Readonly<Look>): void {
    this.#out += "\x1b[?7h";
    this.print(row, col, cell);
    this.#setPen(sgr({ ...next, bg: next.bg & ~PROTECTED }), next.opening);
    this.#out += `${next.chars}\x1b[?7l`;
    this.#col = -1;
    this.#row = -1;
  }

  /** Pushes the row from this column on one column to the right. */
  insert(row: number, col: number): void {
    this.#move(row, col);
    this.#out += "\x1b[@";
  }

  /** Erases the rest of the row. */
  eraseRest(row: number, col: number): void {
    this.#move(row, col);
    this.#setPen(PLAIN, "");
    this.#out += "\x1b[K";
  }

  /** Everything written; attributes and links are at their defaults after it. */
  finish(): string {
    this.#setPen(PLAIN, "");
    this.#countClusters(false);
    return this.#out;
  }

  /** Sets mode 2027 for the following cells. Cells may remain from a time when the program had the other mode. */
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

/** Whether a cell contains more than one code point. */
export function isCluster(chars: string): boolean {
  return chars.length > 1 && chars.length > String.fromCodePoint(chars.codePointAt(0)!).length;
}
