/** A line of ours over a screen that is painted: where the cursor is not. */
import { CELL_FLAGS } from "../emulator/attributes.ts";
import { EMPTY, type Grid } from "./grid.ts";
import { rowCells } from "./row_cells.ts";

export class StatusLine {
  #text: string | null = null;
  #at: "top" | "bottom" = "bottom";

  /** Null while there is none. */
  get text(): string | null {
    return this.#text;
  }
  set text(text: string | null) {
    if (text === null) this.#at = "bottom";
    this.#text = text;
  }

  /** Draws it over the bottom row, or over the top one; it leaves where the cursor comes, and stays where it went. `cursor`: where it is shown. */
  compose(grid: Grid, cursor: { readonly row: number } | null): void {
    if (this.#text === null) return;
    const row = () => this.#at === "top" ? 0 : grid.rows - 1;
    if (cursor === null) this.#at = "bottom";
    if (cursor?.row === row()) this.#at = this.#at === "top" ? "bottom" : "top";
    // It may hold a name or a notice of a peer: of a line's columns each is ours, however wide its characters.
    const cells = rowCells(` ${this.#text.replaceAll(/\p{Cc}/gu, " ")}`, grid.cols);
    for (let x = 0; x < grid.cols; x++) {
      grid.put(row(), x, { ...EMPTY, ...cells[x], fg: CELL_FLAGS.inverse });
    }
  }
}
