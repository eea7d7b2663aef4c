/** Keeps a stream from piling up combining marks in one cell. */

import { CELL_WORDS, CODE_MASK, COMBINED } from "./attributes.ts";
import type { Emulator, EmulatorLine } from "./xterm_internals.ts";

/**
 * Code points that one cell holds. The longest emoji have 10, and piled-up marks beyond this can't be told apart; thousands would
 * make a browser shape them for minutes, and a snapshot of them larger than a viewer takes.
 */
export const MAX_CODES = 32;
const SPACE = 0x20;

/** Whether a cell with this text takes no more of it. */
export function isFull(text: string): boolean {
  return text.length >= MAX_CODES && [...text].length >= MAX_CODES;
}

/** Shared by all lines of a build of xterm.js. */
const limited = new WeakSet<object>();

/** Keeps the cells of all emulators of the same build from taking more than {@link MAX_CODES}. A blank one that a mark is put on becomes a space with a mark. */
export function limitCells(emulator: Emulator): void {
  const prototype: EmulatorLine = Object.getPrototypeOf(emulator._bufferService.buffers.normal.lines.get(0));
  if (limited.has(prototype)) return;
  limited.add(prototype);
  const add = prototype.addCodepointToCell;
  prototype.addCodepointToCell = function (column, code, width) {
    const content = this._data[column * CELL_WORDS]!;
    // What is kept beside the cell may be from what it held before.
    const text = content & COMBINED ? this._combined[column] ?? "" : "";
    if ((content & (COMBINED | CODE_MASK)) === 0) add.call(this, column, SPACE, 1);
    if (!isFull(text)) add.call(this, column, code, width);
  };
}
