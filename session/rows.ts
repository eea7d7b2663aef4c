/** Writes rows of an emulator's screen as text with SGR and OSC 8 sequences. */

import { BLANK, type Cell, isErased, isPlain, link, readCell, sameAttributes, sgr } from "./attributes.ts";
import { BLANK_CONTENT, CELL_WORDS } from "./attributes.ts";
import type { Emulator, EmulatorLine } from "./terminal_like.ts";

/** Ends a grapheme cluster in xterm.js and does nothing else: ST on its own. */
export const BREAK = "\x1b\\";

/** Tells what a hyperlink's number stands for. */
export interface Links {
  link(id: number): { readonly id?: string; readonly uri: string } | undefined;
}

/** How many columns of `line` hold anything but default blanks. */
export function usedColumns(line: EmulatorLine): number {
  const cell = { ...BLANK };
  let x = line.length;
  for (; x > 0; x--) {
    const at = (x - 1) * CELL_WORDS;
    // Fast for what rows mostly end in: a blank cell of width 1 without attributes.
    if (line._data[at] === BLANK_CONTENT && line._data[at + 1] === 0 && line._data[at + 2] === 0) continue;
    if (!isPlain(readCell(line, x - 1, cell)) || cell.width === 0) break;
  }
  return x;
}

/**
 * A pen that writes cells, changing attributes and links only where they change, and keeps neighbours that would flow
 * into one grapheme (two flags, say) apart.
 */
export class RowWriter {
  #pen: Readonly<Cell> = BLANK;
  #join = 0;
  #out: string[] = [];

  constructor(private readonly emulator: Emulator, private readonly links: Links) {}

  /** What was written since the last call. */
  take(): string {
    const out = this.#out.join("");
    this.#out = [];
    return out;
  }

  /** Writes a sequence that prints nothing and leaves attributes alone. */
  raw(sequence: string): void {
    this.#out.push(sequence);
    this.#join = 0;
  }

  /** Sets the attributes and the hyperlink of `cell`. */
  setPen(cell: Readonly<Cell>): void {
    if (sameAttributes(this.#pen, cell)) return;
    if (this.#pen.link !== cell.link) {
      // SGR 0 leaves the link, and the link leaves SGR.
      this.raw(link(cell.link === 0 ? undefined : this.links.link(cell.link)));
    }
    this.raw(sgr(cell));
    this.#pen = { ...cell };
  }

  /** Prints a cell's text with its attributes; a blank prints as a space. */
  print(cell: Readonly<Cell>): void {
    this.setPen(cell);
    const chars = cell.chars === "" ? " " : cell.chars;
    let code = chars.codePointAt(0)!;
    let join = this.#join;
    if (join !== 0 && (code > 0x7e || join > 7)) {
      const next = this.emulator.unicodeService.charProperties(code, join);
      if (next & 1) {
        this.raw(BREAK);
        join = 0;
      }
    }
    for (let i = 0; i < chars.length; i += code > 0xffff ? 2 : 1) {
      code = chars.codePointAt(i)!;
      join = this.emulator.unicodeService.charProperties(code, join);
    }
    this.#join = join;
    this.#out.push(chars);
  }

  /**
   * Writes columns `[from, to)` of `line`; the cursor stands at `from`. Blanks are skipped (`jump`: the row below is known
   * to be blank), erased with their background, or printed as spaces (`jump` false). Returns the column where the
   * cursor stands then: `to`, or before blanks at the end that were not stepped over.
   */
  row(line: EmulatorLine, from: number, to: number, jump: boolean): number {
    const cell = { ...BLANK };
    let at = from;
    for (let x = from; x < to; x++) {
      readCell(line, x, cell);
      if (jump && isErased(cell) && cell.width !== 2) {
        const plain = isPlain(cell);
        let end = x + 1;
        const { bg } = cell;
        while (end < to && isErased(readCell(line, end, cell)) && cell.bg === bg) end++;
        readCell(line, x, cell);
        if (!plain) {
          at = this.#move(at, x);
          this.setPen({ ...cell, fg: 0, link: 0, ext: 0 });
          this.raw(`\x1b[${end - x}X`);
        }
        x = end - 1;
        continue;
      }
      at = this.#move(at, x);
      this.print(cell);
      at = x + Math.max(cell.width, 1);
      x = at - 1;
    }
    return at;
  }

  #move(at: number, x: number): number {
    if (x > at) this.raw(`\x1b[${x - at}C`);
    return x;
  }
}

/** One row on its own, from default attributes back to default attributes, without blanks at its end. */
export function rowText(emulator: Emulator, links: Links, line: EmulatorLine): string {
  const writer = new RowWriter(emulator, links);
  writer.row(line, 0, usedColumns(line), false);
  writer.setPen(BLANK);
  return writer.take();
}
