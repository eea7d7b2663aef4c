/** Converts a history row back to cells. */

import { BLANK, type Cell, CELL_FLAGS } from "../emulator/attributes.ts";
import type { Look } from "./cell_painter.ts";
import { isFull } from "../emulator/combining_marks.ts";
import { readRow } from "../screen/row_text.ts";

/** The first `cols` columns of a row. */
export function rowCells(text: string, cols: number): Look[] {
  const cells: Look[] = [];
  let pen: Cell = { ...BLANK };
  let opening = "";
  let last: Look | undefined;
  const right = (look: Look) => void cells.push({ ...look, chars: "", width: 0 });
  readRow(text, cols, {
    sequence(token, sgr, link) {
      if (sgr !== undefined) pen = applySgr(pen, sgr);
      else if (link !== undefined) opening = /^[^;]*;./.test(link) ? token : "";
    },
    cell(chars, width) {
      cells.push(last = { ...pen, chars, width, opening });
      if (width === 2) right(last);
    },
    join(char, width) {
      if (!last) return;
      if (!isFull(last.chars)) last.chars += char;
      if (width === last.width) return;
      last.width = width;
      right(last);
    },
  });
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

/** Applies an SGR sequence of {@link sgr}, which always begins with a reset. */
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
