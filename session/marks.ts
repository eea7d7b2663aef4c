/** Keeps a stream from piling up combining marks in one cell. */

import { CELL_WORDS, COMBINED } from "./attributes.ts";
import type { Emulator, EmulatorLine } from "./terminal_like.ts";

/**
 * Code points that one cell holds. The longest emoji have 10, and piled-up marks beyond this can't be told apart; thousands would
 * make a browser shape them for minutes, and a snapshot of them larger than a viewer takes.
 */
export const MAX_CODES = 32;

/** xterm.js packs what it knows of a code point: does it join the one before, the width, the class of its grapheme break. */
const JOINS = 1;
const INFO = 0x7f;
/** Above that we count how many code points have joined. */
const COUNT = 7;
/** Width 1 and nothing else. */
const PLAIN = 2;

/** Whether a cell with this text takes no more of it. */
export function isFull(text: string): boolean {
  return text.length >= MAX_CODES && [...text].length >= MAX_CODES;
}

/**
 * Drops code points that would join a cell that is full. For what comes behind them it is as if they had not been there: where a
 * snapshot of the cell is gone on from, nobody knows of them.
 */
export function limitMarks(emulator: Emulator): void {
  const service = emulator.unicodeService;
  const properties = service.charProperties.bind(service);
  service.charProperties = (code, preceding) => {
    if (code >= 0x20 && code < 0x7f && preceding >> 3 === 0) return PLAIN;
    const info = properties(code, preceding & INFO) & INFO;
    if ((info & JOINS) === 0) return info;
    const joined = (preceding >> COUNT) + 1;
    return joined < MAX_CODES ? info | joined << COUNT : preceding | JOINS;
  };
  limitCells(emulator);
}

/** Shared by all lines of a build of xterm.js. */
const limited = new WeakSet<object>();

function limitCells(emulator: Emulator): void {
  const prototype: EmulatorLine = Object.getPrototypeOf(emulator._bufferService.buffers.normal.lines.get(0));
  if (limited.has(prototype)) return;
  limited.add(prototype);
  const add = prototype.addCodepointToCell;
  prototype.addCodepointToCell = function (column, code, width) {
    // What is kept beside the cell may be from what it held before.
    const text = this._data[column * CELL_WORDS]! & COMBINED ? this._combined[column] ?? "" : "";
    if (!isFull(text)) add.call(this, column, code, width);
  };
}
