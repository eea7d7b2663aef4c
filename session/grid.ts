/** What a real terminal shows, as cells, and the bytes that turn one such picture into another. */

import { BLANK, type Cell, sgr } from "./attributes.ts";
import { eraseRows, moveTo } from "./paint.ts";
import { CLUSTER_MODE, isByCodePoint } from "./widths.ts";

/** A cell with its hyperlink as the sequence that opens it (numbers mean nothing outside their emulator). */
export interface Look extends Cell {
  opening: string;
}

export const EMPTY: Readonly<Look> = { ...BLANK, opening: "" };
const NO_LINK = "\x1b]8;;\x1b\\";

export class Grid {
  readonly #cells: Look[];

  constructor(readonly cols: number, readonly rows: number) {
    this.#cells = Array.from({ length: cols * rows }, () => ({ ...EMPTY }));
  }

  at(row: number, col: number): Look {
    return this.#cells[row * this.cols + col]!;
  }

  /** Puts a cell; a wide one that does not fit before the edge becomes a space. Outside the grid nothing happens. */
  put(row: number, col: number, look: Readonly<Look>): void {
    if (row < 0 || row >= this.rows || col < 0 || col >= this.cols) return;
    const cell = this.at(row, col);
    // Half of a wide character can't stay.
    if (cell.width === 0 && look.width !== 0 && col > 0) this.#halve(this.at(row, col - 1), 2);
    if (cell.width === 2 && look.width !== 2 && col + 1 < this.cols) this.#halve(this.at(row, col + 1), 0);
    Object.assign(cell, look);
    if (cell.chars === "") cell.chars = cell.width === 0 ? "" : " ";
    if (cell.width === 2 && col + 1 >= this.cols) {
      cell.chars = " ";
      cell.width = 1;
    }
  }

  #halve(cell: Look, width: number): void {
    if (cell.width === width) Object.assign(cell, { chars: " ", width: 1 });
  }

  clear(): void {
    for (const cell of this.#cells) Object.assign(cell, EMPTY, { chars: " " });
  }

  /**
   * Bytes that make a terminal that shows `before` show this; `before` null: nothing is known of what it shows. The
   * cursor ends anywhere, attributes and links at their defaults.
   */
  difference(before: Grid | null): string {
    const painter = new Painter();
    if (!before) painter.clear(this.rows);
    for (let y = 0; y < this.rows; y++) {
      const blank = this.#blankFrom(y);
      for (let x = 0; x < this.cols; x++) {
        const cell = this.at(y, x);
        const was = before ? before.at(y, x) : EMPTY_SPACE;
        if (cell.width === 0 || same(cell, was)) continue;
        if (x >= blank) {
          painter.eraseRest(y, x);
          break;
        }
        if (x === this.cols - 1 && x > 0 && isCluster(cell.chars)) this.#pushed(painter, y, x, cell);
        else painter.print(y, x, cell);
      }
    }
    return painter.finish();
  }

  /**
   * Prints the last cell of a row, which has combining marks: without autowrap some terminals (tmux, screen) leave the cursor on it
   * and give its marks to the cell before. So it is printed one column further left and pushed to the edge, and the cell that stood
   * there follows. With autowrap, a terminal to which a mark is a column of its own would go on in the next row.
   */
  #pushed(painter: Painter, y: number, x: number, cell: Readonly<Look>): void {
    painter.print(y, x - 1, cell);
    painter.insert(y, x - 1);
    const before = this.at(y, x - 1).width === 0 ? x - 2 : x - 1;
    painter.print(y, before, this.at(y, before));
  }

  /** The column from which a row is blank in default colours. */
  #blankFrom(y: number): number {
    let x = this.cols;
    while (x > 0 && same(this.at(y, x - 1), EMPTY_SPACE)) x--;
    return x;
  }
}

const EMPTY_SPACE: Readonly<Look> = { ...EMPTY, chars: " " };

function same(a: Readonly<Look>, b: Readonly<Look>): boolean {
  return a.chars === b.chars && a.width === b.width && a.fg === b.fg && a.bg === b.bg && a.ext === b.ext &&
    a.opening === b.opening;
}

/** Whether there is more in a cell than one code point. */
function isCluster(chars: string): boolean {
  return chars.length > 1 && chars.length > String.fromCodePoint(chars.codePointAt(0)!).length;
}

class Painter {
  #out = "";
  #row = -1;
  #col = -1;
  #pen = "\x1b[m";
  #link = "";

  clear(rows: number): void {
    this.#out += "\x1b[m" + eraseRows(rows);
  }

  print(row: number, col: number, cell: Readonly<Look>): void {
    const agreed = isAgreed(cell.chars);
    if (!agreed) this.#col = -1;
    this.#move(row, col);
    this.#setPen(sgr({ ...cell, bg: cell.bg & ~0x20000000 }), cell.opening);
    // A terminal to which it is narrow would leave what was in its second column.
    if (!agreed && cell.width === 2) this.#out += `  \x1b[${col + 1}G`;
    // What a program made with mode 2027 on looks as it should where the terminal knows that mode.
    const cluster = !isByCodePoint(cell.chars, cell.width);
    this.#out += cluster ? `\x1b[?${CLUSTER_MODE}h${cell.chars}\x1b[?${CLUSTER_MODE}l` : cell.chars;
    // Terminals do not agree on emoji and clusters: say where these are, and where the next cell is.
    this.#col = agreed ? col + cell.width : -1;
  }

  /** Pushes the row from here on one column to the right. */
  insert(row: number, col: number): void {
    this.#move(row, col);
    this.#out += "\x1b[@";
  }

  eraseRest(row: number, col: number): void {
    this.#move(row, col);
    this.#setPen("\x1b[m", "");
    this.#out += "\x1b[K";
  }

  finish(): string {
    this.#setPen("\x1b[m", "");
    return this.#out;
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

/**
 * Whether every terminal gives this text the same width and joins it with nothing beside it: single code points of Latin,
 * Greek, Cyrillic, boxes, CJK.
 */
function isAgreed(chars: string): boolean {
  const code = chars.codePointAt(0) ?? 0;
  if (chars.length > 1) return false;
  return code < 0x300 || (code >= 0x370 && code < 0x483) || (code >= 0x2500 && code < 0x25a0) ||
    (code >= 0x3000 && code < 0x302a) || (code >= 0x3041 && code < 0x3099) ||
    (code >= 0x309b && code < 0xa4d0) ||
    (code >= 0xac00 && code < 0xd7a4);
}
