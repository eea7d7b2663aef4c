/**
 * What a real terminal shows on its two screens, and the bytes that bring it to the next frame. Lines that scroll off the shared screen
 * scroll off the terminal's main screen too, into its own scrollback.
 */

import type { HistoryRow } from "../../frames/history_frames.ts";
import { EMPTY, Grid } from "./grid.ts";
import { eraseRows, moveTo } from "../screen/paint.ts";
import { rowCells } from "./row_cells.ts";

export type Which = "main" | "alternate";

/** The screens of one real terminal. */
export class Canvas {
  /** The content of each screen; null: unknown. */
  #shown: Record<Which, Grid | null> = { main: null, alternate: null };
  #on: Which | null = null;
  /** Whether the main screen shows the session, or nothing, and no longer the person's own content. */
  #claimed = false;
  #spare: Grid;

  constructor(readonly cols: number, readonly rows: number) {
    this.#spare = new Grid(cols, rows);
  }

  /** The screen that is shown; null before the first {@link show} and after {@link leave}. */
  get on(): Which | null {
    return this.#on;
  }

  /** A blank grid in which the next frame is composed. */
  next(): Grid {
    this.#spare.clear();
    return this.#spare;
  }

  /** Something else wrote to the terminal: its content is unknown. */
  forget(): void {
    this.#shown = { main: null, alternate: null };
  }

  /** The main screen already shows the session, because output was passed through. */
  adopt(): void {
    this.#claimed = true;
  }

  /** A canvas of another size for the same terminal. */
  resized(cols: number, rows: number): Canvas {
    const other = new Canvas(cols, rows);
    other.#on = this.#on;
    other.#claimed = this.#claimed;
    return other;
  }

  /**
   * Moves the person's content of the main screen into the scrollback, as if a command had printed that many lines; empty if that was done
   * before.
   */
  claimMain(): string {
    if (this.#claimed) return "";
    this.#claimed = true;
    this.#shown.main = new Grid(this.cols, this.rows);
    return moveTo(this.rows - 1, 0) + "\n".repeat(this.rows);
  }

  /** Bytes that switch to this screen. */
  switchTo(which: Which): string {
    const was = this.#on;
    if (was === which) return "";
    this.#on = which;
    // Some terminals have a separate autowrap mode, which is off here, for each screen.
    if (which === "main") return `${was === null ? "" : "\x1b[?1049l"}${this.claimMain()}\x1b[?7l`;
    this.#shown.alternate = null;
    return "\x1b[?1049h\x1b[?7l";
  }

  /** Bytes that show `picture`, the grid that {@link next} returned. */
  show(picture: Grid): string {
    const which = this.#on ?? "main";
    const before = this.#shown[which];
    const bytes = picture.difference(before);
    this.#shown[which] = picture;
    this.#spare = before ?? new Grid(this.cols, this.rows);
    return bytes;
  }

  /** Ends the use of the terminal. Returns the bytes that leave the alternate screen, if it is shown. */
  leave(): string {
    const was = this.#on;
    this.#on = null;
    this.forget();
    return was === "alternate" ? "\x1b[?1049l" : "";
  }

  /**
   * Bytes that scroll rows off the main screen, which must be shown: the oldest first, each of at most `cols` columns, as text with allowed
   * links.
   */
  scrollOff(rows: readonly HistoryRow[], cols: number): string {
    if (rows.length === 0) return "";
    let out = "";
    let before = this.#shown.main;
    if (!before) {
      out = `\x1b[m${eraseRows(this.rows)}`;
      before = this.#shown.main = new Grid(this.cols, this.rows);
    }
    // The row after a row that goes on must be in the window too.
    const joined = rows.at(-1)![1] && cols === this.cols;
    const [bytes, by] = rows.length + (joined ? 1 : 0) <= this.rows && cols <= this.cols
      ? this.#asTheyStand(rows, before)
      : this.#printed(rows, cols, joined, before);
    before.scroll(by);
    return `${out}${bytes}${moveTo(this.rows - 1, 0)}${"\n".repeat(by)}`;
  }

  /** The rows that are the terminal's top rows already, as most are: their bytes and their number. */
  #asTheyStand(rows: readonly HistoryRow[], before: Grid): [bytes: string, rows: number] {
    const target = this.#spare;
    target.copy(before);
    rows.forEach(([text, goesOn], y) => {
      target.clearRow(y);
      rowCells(text, this.cols).forEach((look, x) => target.put(y, x, look));
      if (goesOn && y + 1 < this.rows && this.cols === columnsOf(text, this.cols)) target.wrap(y);
    });
    const bytes = target.difference(before);
    before.copy(target);
    return [bytes, rows.length];
  }

  /** Bytes for rows that the terminal never showed, or that are too wide for it: printed from the top, as lines that it wraps itself. */
  #printed(
    rows: readonly HistoryRow[],
    cols: number,
    joined: boolean,
    before: Grid,
  ): [bytes: string, rows: number] {
    let out = "\x1b[?7h\x1b[H";
    let [lines, width, begun] = [0, 0, false];
    rows.forEach(([text, goesOn], i) => {
      if (!begun && i > 0) out += "\r\n";
      out += text;
      const used = columnsOf(text, cols);
      width += used;
      begun = goesOn && (joined || i + 1 < rows.length);
      if (begun) {
        // Blanks at the end belong to the line.
        out += " ".repeat(cols - used);
        width += cols - used;
        return;
      }
      if (width === 0 || width % this.cols !== 0) out += "\x1b[K";
      lines += Math.max(1, Math.ceil(width / this.cols));
      width = 0;
    });
    if (!begun) return [`${out}\x1b[?7l`, Math.min(lines, this.rows)];
    // A blank moves the cursor to the row in which the last line continues; that row stays.
    lines += width / this.cols;
    if (lines < this.rows) before.put(lines, 0, EMPTY);
    else before.clear();
    return [`${out} \x1b[?7l`, Math.min(lines, this.rows - 1)];
  }
}

const ASCII = /^[ -~]*$/;

/** How many columns a row occupies, `cols` at most. */
function columnsOf(text: string, cols: number): number {
  return ASCII.test(text) ? Math.min(text.length, cols) : rowCells(text, cols).length;
}
