/** Text attributes as SGR sequences (ECMA-48 8.3.117, xterm's control sequences). */

import type { EmulatorLine, Link, PackedAttributes } from "./xterm_internals.ts";

/** Words per cell in a line's data, and their positions. */
export const CELL_WORDS = 3;
/** The bits of the code point, for a cell that has one. */
export const CODE_MASK = 0x1fffff;
/** Set if the cell has several code points: its text is kept beside the line's data. */
export const COMBINED = 0x200000;
export const WIDTH_SHIFT = 22;
/** The first word of a cell that was never written. */
export const BLANK_CONTENT = 1 << WIDTH_SHIFT;

const COLOUR_MODE = 0x3000000;
const RGB = 0x3000000;
const P256 = 0x2000000;
const P16 = 0x1000000;
/** Flags: inverse, bold, underline, blink, invisible and strikethrough in `fg`, the others in `bg`. */
export const CELL_FLAGS = {
  inverse: 0x4000000,
  bold: 0x8000000,
  underline: 0x10000000,
  blink: 0x20000000,
  invisible: 0x40000000,
  strikethrough: 0x80000000,
  italic: 0x4000000,
  dim: 0x8000000,
  overline: 0x40000000,
} as const;
/** Flags in `bg`: underline style, its colour, or a hyperlink are kept beside the cell; the cell is protected from DECSEL. */
export const HAS_EXTENDED = 0x10000000;
export const PROTECTED = 0x20000000;
/** In `_ext`. */
const UNDERLINE_STYLE = 26;
const UNDERLINE_COLOUR = 0x3ffffff;

/** One cell, unpacked as far as painting needs. `chars` is empty for a cell that was never written. */
export interface Cell {
  chars: string;
  /** 1 or 2; 0 for the right half of a wide character. */
  width: number;
  fg: number;
  bg: number;
  /** Underline style and colour, packed as in `_ext`. */
  ext: number;
  /** The hyperlink's number in its emulator; 0: none. */
  link: number;
}

export const BLANK: Readonly<Cell> = { chars: "", width: 1, fg: 0, bg: 0, ext: 0, link: 0 };

/**
 * Reads the cell at column `x` of `line` into `into`. A wide character whose right half was overwritten (xterm.js allows that with autowrap
 * off) or cut off reads as a space.
 */
export function readCell(line: EmulatorLine, x: number, into: Cell): Cell {
  const at = x * CELL_WORDS;
  const content = line._data[at]!;
  const code = content & CODE_MASK;
  into.chars = content & COMBINED ? line._combined[x] ?? "" : code === 0 ? "" : String.fromCodePoint(code);
  into.width = content >>> WIDTH_SHIFT;
  into.fg = line._data[at + 1]!;
  into.bg = line._data[at + 2]!;
  const extended = into.bg & HAS_EXTENDED ? line._extendedAttrs[x] : undefined;
  into.ext = extended ? extended._ext : 0;
  into.link = extended ? extended.urlId : 0;
  // DECALN keeps the flag and drops the style.
  if (into.fg & CELL_FLAGS.underline && (into.ext >>> UNDERLINE_STYLE & 7) === 0) {
    into.ext |= 1 << UNDERLINE_STYLE;
  }
  if (into.width === 0) into.chars = "";
  if (into.width === 2 && (x + 1 >= line.length || line._data[at + CELL_WORDS]! >>> WIDTH_SHIFT !== 0)) {
    into.chars = " ";
    into.width = 1;
  }
  return into;
}

/** Whether a cell's text is dim, or grey by its colour: bright black, the greys of the 256 colours, or red, green and blue nearly equal. */
export function isFaint({ fg, bg }: Pick<Cell, "fg" | "bg">): boolean {
  if (bg & CELL_FLAGS.dim) return true;
  const value = fg & 0xffffff;
  switch (fg & COLOUR_MODE) {
    case P16:
    case P256:
      return (value & 0xff) === 8 || (value & 0xff) >= 232 && (value & 0xff) < 250;
    case RGB: {
      const parts = [value >> 16, value >> 8 & 255, value & 255];
      const [least, most] = [Math.min(...parts), Math.max(...parts)];
      return most - least < 32 && most > 0x30 && most < 0xc0;
    }
    default:
      return false;
  }
}

/** `packed` as a cell without text; the underline is set even if no text has it yet. */
export function attributesOf(packed: PackedAttributes): Cell {
  return {
    ...BLANK,
    fg: packed.fg >>> 0, // cells hold unsigned words
    bg: packed.bg >>> 0,
    ext: packed.extended._ext,
    link: packed.extended.urlId,
  };
}

/** Whether text in `a` and in `b` looks the same. */
export function sameAttributes(a: Readonly<Cell>, b: Readonly<Cell>): boolean {
  return a.fg === b.fg && a.bg === b.bg && a.ext === b.ext && a.link === b.link;
}

/** Whether erasing makes a cell with these attributes and no text (only the background counts then). */
export function isErased(cell: Readonly<Cell>): boolean {
  return cell.chars === "" && (cell.fg & ~0x3ffffff) === 0 && (cell.bg & ~0x3ffffff) === 0;
}

/** Whether a cell shows nothing at all. */
export function isPlain(cell: Readonly<Cell>): boolean {
  return isErased(cell) && (cell.bg & COLOUR_MODE) === 0;
}

function colour(parts: string[], value: number, normal: number, bright: number, extended: number): void {
  switch (value & COLOUR_MODE) {
    case RGB:
      parts.push(`${extended};2;${(value >>> 16) & 255};${(value >>> 8) & 255};${value & 255}`);
      return;
    case P256:
      parts.push(`${extended};5;${value & 255}`);
      return;
    case P16:
      parts.push(String(value & 8 ? bright + (value & 7) : normal + (value & 7)));
  }
}

/**
 * The SGR sequence that sets exactly these attributes, whatever was set before: it begins with a reset. Protection (DECSCA) follows as a
 * sequence of its own; hyperlinks are not part of SGR, see {@link link}.
 */
export function sgr(cell: Readonly<Cell>): string {
  const { fg, bg, ext } = cell;
  if (fg === 0 && (bg & ~HAS_EXTENDED) === 0 && (ext & UNDERLINE_COLOUR) === 0) return "\x1b[m";
  const parts: string[] = ["0"];
  if (fg & CELL_FLAGS.bold) parts.push("1");
  if (bg & CELL_FLAGS.dim) parts.push("2");
  if (bg & CELL_FLAGS.italic) parts.push("3");
  if (fg & CELL_FLAGS.underline) {
    const style = (ext >>> UNDERLINE_STYLE) & 7;
    parts.push(style > 1 ? `4:${style}` : "4");
  }
  if (fg & CELL_FLAGS.blink) parts.push("5");
  if (fg & CELL_FLAGS.inverse) parts.push("7");
  if (fg & CELL_FLAGS.invisible) parts.push("8");
  if (fg & CELL_FLAGS.strikethrough) parts.push("9");
  if (bg & CELL_FLAGS.overline) parts.push("53");
  colour(parts, fg, 30, 90, 38);
  colour(parts, bg, 40, 100, 48);
  const line = ext & UNDERLINE_COLOUR;
  if ((line & COLOUR_MODE) === RGB) {
    parts.push(`58:2::${(line >>> 16) & 255}:${(line >>> 8) & 255}:${line & 255}`);
  } else if (line & COLOUR_MODE) parts.push(`58:5:${line & 255}`);
  return `\x1b[${parts.join(";")}m${bg & PROTECTED ? '\x1b[1"q' : ""}`;
}

/**
 * The OSC 8 sequence that opens this hyperlink, or closes the open one
 * (https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda).
 */
export function link(data: Link | undefined): string {
  if (!data) return "\x1b]8;;\x1b\\";
  return `\x1b]8;${data.id ? `id=${data.id}` : ""};${data.uri}\x1b\\`;
}
