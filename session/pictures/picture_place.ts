/**
 * The place of a picture on a screen, stored in cells. The cells contain a box with the picture's size, for views without pictures, and
 * have a hyperlink of a special scheme that says which part of which picture they are. So a picture is treated like its cells: it scrolls,
 * is overwritten, and is part of snapshots and history.
 */
import type { Pixels } from "./picture_sizes.ts";

/** The scheme of links that name the picture in a cell. */
export const PICTURE_SCHEME = "beach-picture:";
const PART = /^beach-picture:([0-9a-f]{32})\/(\d{1,4})x(\d{1,4})\/(\d{1,4})\/(\d{1,4})$/;

/** One row of a picture of `cols` x `rows` cells that began in column `left`. */
export interface PicturePart {
  readonly id: string;
  readonly cols: number;
  readonly rows: number;
  readonly left: number;
  readonly row: number;
}

/** The link of the cells of one row. */
export function partLink({ id, cols, rows, left, row }: PicturePart): string {
  return `${PICTURE_SCHEME}${id}/${cols}x${rows}/${left}/${row}`;
}

/** The part that a cell with this link shows; undefined for any other link. */
export function readPart(uri: string): PicturePart | undefined {
  if (!uri.startsWith(PICTURE_SCHEME)) return undefined;
  const [, id, ...numbers] = PART.exec(uri) ?? [];
  const [cols = 0, rows = 0, left = 0, row = 0] = numbers.map(Number);
  return id !== undefined && cols > 0 && row < rows ? { id, cols, rows, left, row } : undefined;
}

/**
 * The size of a cell in pixels. It is the same for the whole session, whatever terminals join: programs compute with their terminal's size,
 * and most assume about this. Views scale pictures to their own cells.
 */
export const CELL: Pixels = { width: 10, height: 20 };

export interface Cells {
  readonly cols: number;
  readonly rows: number;
}

/**
 * The cells of a picture: by its pixels, or as the program `wanted` (of which either may be missing), scaled down to the `room`. So a
 * picture costs no more than clearing the screen.
 */
export function cellsOf({ width, height }: Pixels, wanted: Partial<Cells>, room: Cells): Cells {
  /** Columns per row, if it keeps its aspect ratio. */
  const shape = width / CELL.width / (height / CELL.height);
  const cols = wanted.cols ??
    (wanted.rows === undefined ? Math.ceil(width / CELL.width) : wanted.rows * shape);
  const rows = wanted.rows ??
    (wanted.cols === undefined ? Math.ceil(height / CELL.height) : wanted.cols / shape);
  const scale = Math.min(1, room.cols / cols, room.rows / rows);
  const whole = (cells: number, most: number) => Math.max(1, Math.min(most, Math.round(cells * scale)));
  return { cols: whole(cols, room.cols), rows: whole(rows, room.rows) };
}

/** The rows of the box, for views without pictures. */
export function boxRows({ cols, rows }: Cells, { width, height }: Pixels): string[] {
  if (rows < 3 || cols < 3) return Array.from({ length: rows }, () => "░".repeat(cols));
  const label = `picture ${width}x${height}`;
  const inner = cols - 2;
  return Array.from({ length: rows }, (_, row) => {
    if (row === 0) return `┌${"─".repeat(inner)}┐`;
    if (row === rows - 1) return `└${"─".repeat(inner)}┘`;
    const text = row === rows >> 1 && label.length <= inner ? label : "";
    return `│${text.padStart((inner + text.length) >> 1).padEnd(inner)}│`;
  });
}
