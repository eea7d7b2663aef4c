/** Which part of a screen a window of another size shows. */

export interface Viewport {
  /** The screen's row and column in the window's top left corner. */
  readonly top: number;
  readonly left: number;
  /** How much of the screen is inside the window. */
  readonly rows: number;
  readonly cols: number;
}

/**
 * The part to show: all of a screen that fits (at the top left), else a part with the cursor. It moves from `before` as little as possible:
 * vertically row by row, horizontally by half a window, so a line being typed does not jitter. It returns to the beginning, where most
 * content is, when the cursor is well inside the first window: not at its edge, where typing would make it go to and fro.
 */
export function follow(
  before: Viewport | null,
  screen: { readonly rows: number; readonly cols: number },
  window: { readonly rows: number; readonly cols: number },
  cursor: { readonly row: number; readonly col: number },
): Viewport {
  const rows = Math.min(screen.rows, window.rows);
  const cols = Math.min(screen.cols, window.cols);
  let top = within(cursor.row, rows) ? 0 : Math.min(before?.top ?? 0, screen.rows - rows);
  if (cursor.row < top) top = cursor.row;
  if (cursor.row >= top + rows) top = cursor.row - rows + 1;
  let left = within(cursor.col, cols) ? 0 : Math.min(before?.left ?? 0, screen.cols - cols);
  if (cursor.col < left || cursor.col >= left + cols) {
    left = cursor.col < cols ? 0 : cursor.col - Math.floor(cols / 2);
  }
  return { top, left: Math.max(0, Math.min(left, screen.cols - cols)), rows, cols };
}

/** Whether a cursor at `at` is more than a quarter of the window before the end of the first window. */
function within(at: number, window: number): boolean {
  return at < window - Math.ceil(window / 4);
}
