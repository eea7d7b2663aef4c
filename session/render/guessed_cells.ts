/** Draws guesses over the content of a window. */
import { CELL_FLAGS } from "../emulator/attributes.ts";
import type { Grid } from "./grid.ts";
import type { Overlay } from "../predict/predictor.ts";
import type { Viewport } from "./viewport.ts";

/** Puts the guessed cells that are inside the window; null: there are none. */
export function putGuesses(grid: Grid, port: Viewport, guesses: Overlay | null): void {
  for (const { row, col, char, width } of guesses?.cells ?? []) {
    const at = { row: row - port.top, col: col - port.left };
    if (at.row < 0 || at.row >= port.rows || at.col < 0 || at.col >= port.cols) continue;
    const under = { ...grid.at(at.row, at.col), chars: char, width };
    if (guesses?.mark) under.fg = (under.fg | CELL_FLAGS.underline) >>> 0;
    grid.put(at.row, at.col, under);
    if (width === 2) grid.put(at.row, at.col + 1, { ...under, chars: "", width: 0 });
  }
}
