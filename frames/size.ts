/** Sizes of terminals, in cells. */
import { MAX_SIDE } from "./limits.ts";

/** Columns and rows. */
export interface Size {
  readonly cols: number;
  readonly rows: number;
}

/** `window` as it may be told: a window beyond the limit has a margin, one smaller than a cell has a cell. */
export function bounded({ cols, rows }: Size): Size {
  const side = (cells: number) => Math.max(1, Math.min(MAX_SIDE, cells));
  return { cols: side(cols), rows: side(rows) };
}
