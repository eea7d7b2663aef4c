/** The content of a real terminal as cells, and the bytes that turn one content into another. */

import { BLANK } from "../emulator/attributes.ts";
import { CellPainter, isCluster, type Look } from "./cell_painter.ts";
import { isAgreed, mostColumns } from "../unicode/agreed_width.ts";

export const EMPTY: Readonly<Look> = { ...BLANK, opening: "" };
const EMPTY_SPACE: Readonly<Look> = { ...EMPTY, chars: " " };

/** A screenful of cells. */
export class Grid {
  readonly #cells: Look[];
  /** Whether each row continues in the next one. */
  readonly #wraps: boolean[];

  constructor(readonly cols: number, readonly rows: number) {
    this.#cells = Array.from({ length: cols * rows }, () => ({ ...EMPTY_SPACE }));
    this.#wraps = Array.from({ length: rows }, () => false);
  }

  /** The cell at a position, which is live. */
  at(row: number, col: number): Look {
    return this.#cells[row * this.cols + col]!;
  }

  /** Puts a cell; a wide one that does not fit before the edge becomes a space. Outside the grid nothing happens. */
  put(row: number, col: number, look: Readonly<Look>): void {
    if (row < 0 || row >= this.rows || col < 0 || col >= this.cols) return;
    const cell = this.at(row, col);
    // Half of a wide character cannot remain.
    if (cell.width === 0 && look.width !== 0 && col > 0) this.#halve(this.at(row, col - 1), 2);
    if (cell.width === 2 && look.width !== 2 && col + 1 < this.cols) this.#halve(this.at(row, col + 1), 0);
    Object.assign(cell, look);
    if (cell.chars === "") cell.chars = cell.width === 0 ? "" : " ";
    if (cell.width === 2 && col + 1 >= this.cols) {
      cell.chars = " ";
      cell.width = 1;
    }
  }

  /** Marks a row as continuing in the next one: a person who copies both from the terminal gets one line. */
  wrap(row: number): void {
    this.#wraps[row] = true;
  }

  #halve(cell: Look, width: number): void {
    if (cell.width === width) Object.assign(cell, { chars: " ", width: 1 });
  }

  /** Blanks all cells. */
  clear(): void {
    for (const cell of this.#cells) Object.assign(cell, EMPTY_SPACE);
    this.#wraps.fill(false);
  }

  /** Blanks one row. */
  clearRow(row: number): void {
    for (let x = 0; x < this.cols; x++) Object.assign(this.at(row, x), EMPTY_SPACE);
    this.#wraps[row] = false;
  }

  /** Copies the content of `other`, which has the same size. */
  copy(other: Grid): void {
    other.#cells.forEach((cell, i) => Object.assign(this.#cells[i]!, cell));
    other.#wraps.forEach((wraps, i) => this.#wraps[i] = wraps);
  }

  /** Moves all rows up by `by`, at most all; the rows at the bottom become blank. */
  scroll(by: number): void {
    const gone = this.#cells.splice(0, by * this.cols);
    for (const cell of gone) Object.assign(cell, EMPTY_SPACE);
    this.#cells.push(...gone);
    this.#wraps.splice(0, by);
    while (this.#wraps.length < this.rows) this.#wraps.push(false);
  }

  /**
   * Bytes that make a terminal with the content `before` show this one; `before` null: its content is unknown. Afterwards the cursor is
   * anywhere, and attributes and links are at their defaults.
   */
  difference(before: Grid | null): string {
    const painter = new CellPainter();
    if (!before) painter.clear(this.rows);
    const changed: boolean[] = [];
    for (let y = 0; y < this.rows; y++) {
      const parts = before !== null && (before.#wraps[y]! && !this.#wraps[y]!);
      // The connection of two rows is removed when the end of the first is erased.
      const end = parts ? Math.min(this.#lastOf(y), before.#lastOf(y)) : this.cols;
      if (parts) painter.eraseRest(y, end);
      const parted = y > 0 && before !== null && before.#wraps[y - 1]! && !this.#wraps[y - 1]!;
      if (parted) painter.eraseRest(y, 0);
      const length = painter.length;
      this.#paintRow(painter, y, parted ? null : before, end);
      changed.push(parts || painter.length > length);
    }
    for (let y = 0; y + 1 < this.rows; y++) this.#join(painter, y, before, changed);
    return painter.finish();
  }

  /** Paints the cells that differ from `shown`; from column `erased` on the terminal's row is blank. */
  #paintRow(painter: CellPainter, y: number, shown: Grid | null, erased: number): void {
    const blank = this.#blankFrom(y);
    /** Up to `doubtful` the terminal may show something else than was painted; up to `blanked`, blanks. */
    let [doubtful, blanked] = [0, 0];
    const was = (x: number) => shown && x < erased ? shown.at(y, x) : EMPTY_SPACE;
    for (let x = 0; x < this.cols; x++) {
      const cell = this.at(y, x);
      const changed = !same(cell, was(x));
      const most = x + mostColumns(cell.chars);
      const reach = Math.min(this.cols, most);
      if (changed) doubtful = Math.max(doubtful, x + mostColumns(was(x).chars));
      if (cell.width === 0) continue;
      // A cell that may cover its neighbours is drawn together with them.
      const beside = () => reach > x + cell.width && this.#differs(y, x + cell.width, reach, was);
      if (!changed && x >= doubtful && !beside()) continue;
      if (x < blanked && same(cell, EMPTY_SPACE)) continue;
      if (x >= blank) {
        painter.eraseRest(y, x);
        break;
      }
      // A cell for which a terminal has no room may not be drawn at all.
      for (let k = most > this.cols ? x : x + cell.width; k < reach; k++) {
        const under = this.at(y, k);
        painter.print(y, k, { ...EMPTY_SPACE, bg: under.chars === " " ? under.bg : 0 });
      }
      const before = x > 1 && this.at(y, x - 1).width === 0 ? x - 2 : x - 1;
      // A doubtful cell before this one could be drawn over it when it is printed later.
      const pushed = x === this.cols - 1 && x > 0 && isCluster(cell.chars) &&
        isAgreed(this.at(y, before).chars);
      if (pushed) this.#pushed(painter, y, x, before);
      else painter.print(y, x, cell);
      doubtful = Math.max(doubtful, reach);
      blanked = Math.max(blanked, reach);
    }
  }

  #differs(y: number, from: number, to: number, was: (x: number) => Readonly<Look>): boolean {
    for (let x = from; x < to; x++) if (!same(this.at(y, x), was(x))) return true;
    return false;
  }

  /** Makes row `y` continue in the next one, if it does not yet or one of the two was painted. */
  #join(painter: CellPainter, y: number, before: Grid | null, changed: readonly boolean[]): void {
    if (!this.#wraps[y]) return;
    if (before !== null && before.#wraps[y] && !changed[y] && !changed[y + 1]) return;
    const last = this.#lastOf(y);
    const [end, next] = [this.at(y, last), this.at(y + 1, 0)];
    // For other characters it is unknown whether the next letter would wrap.
    if (isAgreed(end.chars) && isAgreed(next.chars)) painter.wrap(y, last, end, next);
  }

  /**
   * Prints the last cell of a row if it has combining marks: without autowrap some terminals (tmux, screen) leave the cursor on that cell
   * and give its marks to the cell before. So it is printed one column further left and pushed to the edge, and the cell at its left is
   * printed again. With autowrap, a terminal that gives a mark a column of its own would continue in the next row.
   */
  #pushed(painter: CellPainter, y: number, x: number, before: number): void {
    painter.print(y, x - 1, this.at(y, x));
    painter.insert(y, x - 1);
    painter.print(y, before, this.at(y, before));
  }

  /** The column of a row's last cell. */
  #lastOf(y: number): number {
    return this.at(y, this.cols - 1).width === 0 && this.cols > 1 ? this.cols - 2 : this.cols - 1;
  }

  /** The column from which a row is blank in default colours. */
  #blankFrom(y: number): number {
    let x = this.cols;
    while (x > 0 && same(this.at(y, x - 1), EMPTY_SPACE)) x--;
    return x;
  }
}

function same(a: Readonly<Look>, b: Readonly<Look>): boolean {
  return a.chars === b.chars && a.width === b.width && a.fg === b.fg && a.bg === b.bg && a.ext === b.ext &&
    a.opening === b.opening;
}
