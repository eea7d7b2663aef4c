/** Paints an emulator's screen into a blank one: cells, and which rows go on from the row above. */

import { BLANK, isErased, readCell } from "../emulator/attributes.ts";
import type { RowWriter } from "./row_writer.ts";
import { ROW_HEAD, usedColumns } from "./row_writer.ts";
import type { EmulatorBuffer, EmulatorLine } from "../emulator/xterm_internals.ts";

/** Moves to a row and column counted from 0 (CUP). */
export function moveTo(row: number, column: number): string {
  if (column === 0) return row === 0 ? "\x1b[H" : `\x1b[${row + 1}H`;
  return `\x1b[${row + 1};${column + 1}H`;
}

/**
 * Erases all of a window with this many rows, in the pen's background; the cursor ends in the last one. Not by ED (`CSI 2 J`, or `CSI J` at
 * the top): tmux, VTE, Apple's Terminal and Windows Terminal keep what that erases in their scrollback.
 */
export function eraseRows(rows: number): string {
  return `\x1b[H\x1b[K${"\x1b[B\x1b[K".repeat(rows - 1)}`;
}

/** Bytes that are enough for any screen of this size, if all of its rows are as plain as they get. */
export function leastRoom(cols: number, rows: number): number {
  return rows * (cols + ROW_HEAD);
}

/**
 * Paints all rows of `buffer`'s screen; the cursor ends anywhere. So much of `most` is kept for the rows to come that each can be
 * painted: what `writer` holds does not go beyond if there was {@link leastRoom}.
 */
export function paint(
  writer: RowWriter,
  buffer: EmulatorBuffer,
  cols: number,
  rows: number,
  most: number,
): void {
  const lines: EmulatorLine[] = [];
  for (let y = 0; y < rows; y++) {
    const line = buffer.lines.get(buffer.ybase + y);
    if (line) lines.push(line);
  }
  writer.setPen(BLANK);
  lines.forEach((line, y) => {
    if (line.isWrapped && !flows(lines[y - 1], line, cols)) forceWrap(writer, y, cols, rows);
  });
  lines.forEach((line, y) => {
    const used = usedColumns(line);
    const goesOn = line.isWrapped && flows(lines[y - 1], line, cols);
    if (used === 0) return;
    if (!goesOn) writer.raw(moveTo(y, 0));
    writer.row(line, Math.min(used, cols), true, most - leastRoom(cols, rows - 1 - y));
  });
}

/** Whether writing on after the last column of `above` wraps into `line` by itself. */
function flows(above: EmulatorLine | undefined, line: EmulatorLine, cols: number): boolean {
  if (!above || above.length < cols || line.length === 0) return false;
  const last = readCell(above, cols - 1, { ...BLANK });
  if (last.width === 2) return false;
  if (last.width === 1 && isErased(last)) return false;
  return !isErased(readCell(line, 0, { ...BLANK }));
}

/** Marks row `y` of a screen that is still blank as going on from the row above, by wrapping into it and erasing again. */
function forceWrap(writer: RowWriter, y: number, cols: number, rows: number): void {
  if (rows < 2) return;
  if (y > 0) {
    writer.raw(`${moveTo(y - 1, cols - 1)}xx${moveTo(y - 1, cols - 1)}\x1b[X${moveTo(y, 0)}\x1b[X`);
  } else {
    // Nothing is above the first row: mark the second, then delete the first.
    writer.raw(`${moveTo(0, cols - 1)}xx\x1b[H\x1b[M\x1b[X`);
  }
}
