/** Reads a history row back into cells. The text may come from a peer: anything but SGR and OSC 8 is skipped. */

import { BLANK, type Cell, CELL_FLAGS } from "./attributes.ts";
import type { Look } from "./grid.ts";
import { isFull } from "./marks.ts";
import type { Emulator } from "./terminal_like.ts";

const TOKEN = new RegExp(
  "\\x1b\\[([0-9;:]*)m|\\x1b\\]8;([^\\x00-\\x1f\\x7f]{0,4200})\\x1b\\\\|\\x1b\\\\|" +
    '\\x1b\\[[0-9]*"q|[^\\x00-\\x1f\\x7f-\\x9f]',
  "gu",
);

/** The first `cols` columns of a row. Widths are those of the emulator that is given. */
export function rowCells(emulator: Emulator, text: string, cols: number): Look[] {
  const cells: Look[] = [];
  let pen: Cell = { ...BLANK };
  let opening = "";
  let join = 0;
  for (const [token, params, hyperlink] of text.matchAll(TOKEN)) {
    if (params !== undefined) pen = applySgr(pen, params);
    else if (hyperlink !== undefined) opening = /^[^;]*;./.test(hyperlink) ? token : "";
    if (token.startsWith("\x1b")) {
      join = 0;
      continue;
    }
    const properties = emulator.unicodeService.charProperties(token.codePointAt(0)!, join);
    join = properties;
    const width = (properties >> 1) & 3;
    const last = cells.findLast((cell) => cell.width > 0);
    if (properties & 1 && last) {
      if (!isFull(last.chars)) last.chars += token;
      if (width === 2 && last.width === 1) {
        last.width = 2;
        cells.push({ ...last, chars: "", width: 0 });
      }
      continue;
    }
    if (cells.length + width > cols) break;
    cells.push({ ...pen, chars: token, width: Math.max(1, width), opening });
    if (width === 2) cells.push({ ...pen, chars: "", width: 0, opening });
  }
  return cells;
}

/** SGR codes that set one flag each. */
const SET: Readonly<Record<number, ["fg" | "bg", number]>> = {
  1: ["fg", CELL_FLAGS.bold],
  2: ["bg", CELL_FLAGS.dim],
  3: ["bg", CELL_FLAGS.italic],
  5: ["fg", CELL_FLAGS.blink],
  7: ["fg", CELL_FLAGS.inverse],
  8: ["fg", CELL_FLAGS.invisible],
  9: ["fg", CELL_FLAGS.strikethrough],
  53: ["bg", CELL_FLAGS.overline],
};

/** Applies what {@link sgr} writes: it always begins with a reset. */
function applySgr(pen: Readonly<Cell>, params: string): Cell {
  const next = { ...pen };
  const parts = params.split(";");
  for (let i = 0; i < parts.length; i++) {
    const sub = parts[i]!.split(":").map(Number);
    const code = sub[0]!;
    const flag = SET[code];
    if (code === 0) Object.assign(next, { fg: 0, bg: 0, ext: 0 });
    else if (flag) next[flag[0]] = (next[flag[0]] | flag[1]) >>> 0;
    else if (code === 4) {
      next.fg = (next.fg | CELL_FLAGS.underline) >>> 0;
      next.ext = (next.ext & 0x3ffffff) | (((sub[1] ?? 1) & 7) << 26);
    } else if (code >= 30 && code <= 37) next.fg = colour(next.fg, 0x1000000 | (code - 30));
    else if (code >= 90 && code <= 97) next.fg = colour(next.fg, 0x1000000 | (code - 90) | 8);
    else if (code >= 40 && code <= 47) next.bg = colour(next.bg, 0x1000000 | (code - 40));
    else if (code >= 100 && code <= 107) next.bg = colour(next.bg, 0x1000000 | (code - 100) | 8);
    else if (code === 38 || code === 48) {
      const value = parts[i + 1] === "5"
        ? 0x2000000 | (Number(parts[i + 2]) & 255)
        : 0x3000000 | rgb(parts.slice(i + 2, i + 5).map(Number));
      i += parts[i + 1] === "5" ? 2 : 4;
      if (code === 38) next.fg = colour(next.fg, value);
      else next.bg = colour(next.bg, value);
    } else if (code === 58) {
      next.ext = colour(next.ext, sub[1] === 5 ? 0x2000000 | (sub[2]! & 255) : 0x3000000 | rgb(sub.slice(3)));
    }
  }
  return next;
}

function colour(packed: number, value: number): number {
  return ((packed & ~0x3ffffff) | value) >>> 0;
}

function rgb([red = 0, green = 0, blue = 0]: number[]): number {
  return ((red & 255) << 16) | ((green & 255) << 8) | (blue & 255);
}
