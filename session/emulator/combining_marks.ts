/** Limits the combining marks in one cell. */

import { CELL_WORDS, CODE_MASK, COMBINED } from "./attributes.ts";
import type { Emulator, EmulatorLine } from "./xterm_internals.ts";

/**
 * The most code points in a cell. The longest emoji have 10, and more marks on top of each other cannot be distinguished; thousands would
 * keep a browser shaping them for minutes, and make a snapshot larger than a viewer accepts.
 */
export const MAX_CODES = 32;
const SPACE = 0x20;

/** Whether a cell with this text accepts no more code points. */
export function isFull(text: string): boolean {
  return text.length >= MAX_CODES && [...text].length >= MAX_CODES;
}

/** Prototypes that are patched; all lines of a build of xterm.js share one. */
const limited = new WeakSet<object>();

/** Limits the cells of all emulators of the same build to {@link MAX_CODES}. A mark on a blank cell turns it into a space with a mark. */
export function limitCells(emulator: Emulator): void {
  const prototype: EmulatorLine = Object.getPrototypeOf(emulator._bufferService.buffers.normal.lines.get(0));
  if (limited.has(prototype)) return;
  limited.add(prototype);
  const add = prototype.addCodepointToCell;
  prototype.addCodepointToCell = function (column, code, width) {
    const content = this._data[column * CELL_WORDS]!;
    // The text beside the cell may be left over from its earlier content.
    const text = content & COMBINED ? this._combined[column] ?? "" : "";
    if ((content & (COMBINED | CODE_MASK)) === 0) add.call(this, column, SPACE, 1);
    if (!isFull(text)) add.call(this, column, code, width);
  };
}
