/** A status line over a painted screen, away from the cursor. */
import { CELL_FLAGS } from "../emulator/attributes.ts";
import { EMPTY, type Grid } from "./grid.ts";
import { rowCells } from "./row_cells.ts";

/** The status line of one terminal. */
export class StatusLine {
  #text: string | null = null;
  #at: "top" | "bottom" = "bottom";

  /** Null if there is none. */
  get text(): string | null {
    return this.#text;
  }
  set text(text: string | null) {
    if (text === null) this.#at = "bottom";
    this.#text = text;
  }

  /**
   * Draws it over the bottom row, or over the top row if the cursor is at the bottom; it stays there until the cursor comes to it.
   * `cursor`: its shown place.
   */
  compose(grid: Grid, cursor: { readonly row: number } | null): void {
    if (this.#text === null) return;
    const row = () => this.#at === "top" ? 0 : grid.rows - 1;
    if (cursor === null) this.#at = "bottom";
    if (cursor?.row === row()) this.#at = this.#at === "top" ? "bottom" : "top";
    // The line may contain a peer's name or notice: it is limited to its columns, however wide its characters.
    const cells = rowCells(` ${this.#text.replaceAll(/\p{Cc}/gu, " ")}`, grid.cols);
    for (let x = 0; x < grid.cols; x++) {
      grid.put(row(), x, { ...EMPTY, ...cells[x], fg: CELL_FLAGS.inverse });
    }
  }
}
