import type xterm from "@xterm/headless";

/** One cell as a person sees it. `foreground` and `background`: `default`, `palette:N` or `rgb:RRGGBB`. */
export interface Cell {
  readonly text: string;
  readonly width: number;
  readonly foreground: string;
  readonly background: string;
  /** Letters of the attributes that are on: `bdiurhsO` (bold, dim, italic, underline, reverse, hidden, struck, overline). */
  readonly attributes: string;
}

/** The screen's rows (with `history`: the scrollback before them too), trailing blanks removed, joined by `\n`. */
export function screenText(emulator: xterm.Terminal, history = false): string {
  const buffer = emulator.buffer.active;
  const rows: string[] = [];
  for (let y = history ? 0 : buffer.baseY; y < buffer.baseY + emulator.rows; y++) {
    rows.push(buffer.getLine(y)?.translateToString(true).trimEnd() ?? "");
  }
  return rows.join("\n").trimEnd();
}

/** The screen's cells, row by row. */
export function readCells(emulator: xterm.Terminal): Cell[][] {
  const buffer = emulator.buffer.active;
  const rows: Cell[][] = [];
  for (let y = 0; y < emulator.rows; y++) {
    const line = buffer.getLine(buffer.baseY + y);
    const row: Cell[] = [];
    for (let x = 0; x < emulator.cols; x++) {
      const cell = line?.getCell(x);
      if (cell) row.push(readCell(cell));
    }
    rows.push(row);
  }
  return rows;
}

function readCell(cell: xterm.IBufferCell): Cell {
  const attributes = [
    cell.isBold() && "b",
    cell.isDim() && "d",
    cell.isItalic() && "i",
    cell.isUnderline() && "u",
    cell.isInverse() && "r",
    cell.isInvisible() && "h",
    cell.isStrikethrough() && "s",
    cell.isOverline() && "O",
  ].filter((letter) => typeof letter === "string").join("");
  return {
    // An untouched cell and a written blank look alike.
    text: cell.getChars() || " ",
    width: cell.getWidth(),
    foreground: colour(cell.isFgDefault(), cell.isFgRGB(), cell.getFgColor()),
    background: colour(cell.isBgDefault(), cell.isBgRGB(), cell.getBgColor()),
    attributes,
  };
}

function colour(isDefault: boolean, isRgb: boolean, value: number): string {
  if (isDefault) return "default";
  return isRgb ? `rgb:${value.toString(16).padStart(6, "0")}` : `palette:${value}`;
}
