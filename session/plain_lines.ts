/**
 * Writes a flood's plain lines straight into the rows that they scroll in: the same rows as from parsing them, in less than half of the
 * time, and with code that is quick from its first call on.
 *
 * What makes it the same: a line of printable ASCII that ends in CR LF, on a terminal that `scrollsPlainly` (`unseen_lines.ts`), with a pen
 * without attributes and the cursor in a blank row, fills that row (and more, marked as wrapped, where it is longer), scrolls once for
 * each, and ends in the same place. Nothing else of the terminal takes part.
 */
import { CR, LF } from "./plain_runs.ts";
import type { Emulator, EmulatorBuffer, EmulatorLine } from "./terminal_like.ts";

/** Words of a cell in a row's data, and the first of them for a letter of one column, as xterm.js packs them: `BufferLine`. */
const CELL = 3;
const ONE_COLUMN = 1 << 22;

export class PlainLines {
  /** Blank rows made beforehand: to make 10,000 during a flood takes 30 ms of it. */
  #spare: EmulatorLine[] = [];
  #written = 0;

  constructor(private readonly emulator: Emulator) {}

  /** Bytes that the parser never saw. */
  get written(): number {
    return this.#written;
  }

  /** Makes up to `count` more blank rows for a scrollback that is still to grow; returns how many it made: 0 once there are enough. */
  reserve(count: number): number {
    const { normal } = this.emulator._bufferService.buffers;
    const cols = this.emulator._bufferService.cols;
    if (this.#spare[0]?.length !== cols) this.#spare = [];
    const { lines } = normal;
    const made = Math.max(0, Math.min(count, lines.maxLength - lines.length - this.#spare.length));
    const blank = normal.getBlankLine({ ...this.emulator._inputHandler._curAttrData, fg: 0, bg: 0 });
    for (let i = 0; i < made; i++) this.#spare.push(blank.clone());
    return made;
  }

  /**
   * Writes whole lines from the first of `bytes` on, all plain, the last line feed before which has scrolled: the cursor's row is blank.
   * Returns how many bytes it took. The last line is left to the parser, which also moves what is displayed and tells the emulator's owner.
   */
  write(bytes: Uint8Array, rows: number): number {
    const { _bufferService: service, _inputHandler: input, optionsService } = this.emulator;
    const { normal } = service.buffers;
    const pen = input._curAttrData;
    if (pen.fg !== 0 || pen.bg !== 0 || service.isUserScrolling || optionsService.options.screenReaderMode) {
      return 0;
    }
    // As xterm.js itself asks: rows below the screen would have to stay below.
    if (normal.lines.length !== normal.ybase + rows) return 0;
    const blank = normal.getBlankLine(pen);
    let row = normal.lines.get(normal.ybase + rows - 1)!._data;
    let begin = 0;
    const last = bytes.lastIndexOf(LF) - 1;
    while (begin < last) {
      let end = begin;
      while (bytes[end]! >= 0x20) end++;
      if (end >= last || bytes[end] !== CR || bytes[end + 1] !== LF) break;
      for (let cell = 0; begin < end; begin++, cell += CELL) {
        if (cell === row.length) {
          row = this.#scroll(normal, blank, true);
          cell = 0;
        }
        row[cell] = bytes[begin]! | ONE_COLUMN;
      }
      row = this.#scroll(normal, blank, false);
      begin = end + 2;
    }
    this.#written += begin;
    return begin;
  }

  /** As `BufferService.scroll` does it. Returns the new bottom row. */
  #scroll(buffer: EmulatorBuffer, blank: EmulatorLine, isWrapped: boolean): Uint32Array {
    const { lines } = buffer;
    let row: EmulatorLine;
    if (lines.isFull) {
      row = lines.recycle();
      // Copying makes two objects each time, of which few rows need any.
      if (row.length === blank.length && isEmpty(row._combined) && isEmpty(row._extendedAttrs)) {
        row._data.set(blank._data);
      } else row.copyFrom(blank);
      if (this.#spare.length > 0) this.#spare = [];
    } else {
      const spare = this.#spare.pop();
      row = spare?.length === blank.length ? spare : blank.clone();
      lines.push(row);
      buffer.ybase++;
    }
    row.isWrapped = isWrapped;
    return row._data;
  }
}

function isEmpty(object: Readonly<Record<number, unknown>>): boolean {
  for (const _ in object) return false;
  return true;
}
