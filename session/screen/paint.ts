/** Paints an emulator's screen into a blank one: cells, and which rows continue the row above. */

import { BLANK, isErased, readCell } from "../emulator/attributes.ts";
import type { RowWriter } from "./row_writer.ts";
import { ROW_HEAD, usedColumns } from "./row_writer.ts";
import type { EmulatorBuffer, EmulatorLine } from "../emulator/xterm_internals.ts";

/** The sequence (CUP) that moves to a row and column counted from 0. */
export function moveTo(row: number, column: number): string {
  if (column === 0) return row === 0 ? "\x1b[H" : `\x1b[${row + 1}H`;
  return `\x1b[${row + 1};${column + 1}H`;
}

/**
 * Erases a window of this many rows, in the pen's background; the cursor ends in the last one. It avoids ED (`CSI 2 J`, or `CSI J` at the
 * top): tmux, VTE, Apple's Terminal and Windows Terminal save what ED erases in their scrollback.
 */
export function eraseRows(rows: number): string {
  return `\x1b[H\x1b[K${"\x1b[B\x1b[K".repeat(rows - 1)}`;
}

/** The bytes that suffice for any screen of this size, if all its rows are painted in the plainest form. */
export function leastRoom(cols: number, rows: number): number {
  return rows * (cols + ROW_HEAD);
}

/**
 * Paints all rows of `buffer`'s screen; the cursor ends anywhere. Enough of `most` is reserved for later rows that each can be painted: the
 * content of `writer` stays within `most` if that was at least {@link leastRoom}.
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

/** Whether text that continues after the last column of `above` wraps into `line` by itself. */
function flows(above: EmulatorLine | undefined, line: EmulatorLine, cols: number): boolean {
  if (!above || above.length < cols || line.length === 0) return false;
  const last = readCell(above, cols - 1, { ...BLANK });
  if (last.width === 2) return false;
  if (last.width === 1 && isErased(last)) return false;
  return !isErased(readCell(line, 0, { ...BLANK }));
}

/** Marks row `y` of a still blank screen as a continuation of the row above, by wrapping into it and erasing again. */
function forceWrap(writer: RowWriter, y: number, cols: number, rows: number): void {
  if (rows < 2) return;
  if (y > 0) {
    writer.raw(`${moveTo(y - 1, cols - 1)}xx${moveTo(y - 1, cols - 1)}\x1b[X${moveTo(y, 0)}\x1b[X`);
  } else {
    // Nothing is above the first row: marks the second, then deletes the first.
    writer.raw(`${moveTo(0, cols - 1)}xx\x1b[H\x1b[M\x1b[X`);
  }
}
