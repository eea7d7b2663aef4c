/** Finds the parts of pictures that are visible in rows of an emulator. */
import { BLANK, readCell } from "./attributes.ts";
import { type PicturePart, readPart } from "../pictures/picture_place.ts";
import type { Emulator, EmulatorLine } from "./xterm_internals.ts";

/** Adjacent cells of one row of a picture: `cols` cells from column `x` of the screen, which show the picture's columns from `from` on. */
export interface PictureStrip {
  readonly part: PicturePart;
  readonly x: number;
  readonly y: number;
  readonly from: number;
  readonly cols: number;
}

/** Whether any part of a picture is on either screen. */
export function holdsPictures(emulator: Emulator): boolean {
  const { buffers: { normal, alt }, rows } = emulator._bufferService;
  return [normal, alt].some((buffer) => seenPictures(emulator, buffer.ybase, rows, buffer).length > 0);
}

/** The strips in `rows` rows of the active screen from row `top` of its buffer on; `y` counts from there. Very cheap if there are none. */
export function seenPictures(
  emulator: Emulator,
  top: number,
  rows: number,
  buffer = emulator._bufferService.buffers.active,
): PictureStrip[] {
  const { _oscLinkService } = emulator;
  const known = new Map<number, PicturePart | undefined>();
  const partOf = (link: number) => {
    if (!known.has(link)) known.set(link, readPart(_oscLinkService.getLinkData(link)?.uri ?? ""));
    return known.get(link);
  };
  const strips: PictureStrip[] = [];
  for (let y = 0; y < rows; y++) {
    const line = buffer.lines.get(top + y);
    if (line) addStrips(strips, line, y, partOf);
  }
  return strips;
}

function addStrips(
  strips: PictureStrip[],
  line: EmulatorLine,
  y: number,
  partOf: (link: number) => PicturePart | undefined,
): void {
  const cell = { ...BLANK };
  let open: { part: PicturePart; x: number; cols: number } | undefined;
  const close = () => {
    const from = open ? open.x - open.part.left : 0;
    // Cells that were moved sideways no longer match their column.
    if (open && from >= 0 && from + open.cols <= open.part.cols) strips.push({ ...open, y, from });
    open = undefined;
  };
  // Integer keys are enumerated in ascending order.
  for (const key in line._extendedAttrs) {
    const x = Number(key);
    if (x >= line.length) break;
    const { link } = readCell(line, x, cell);
    const part = link === 0 ? undefined : partOf(link);
    if (!part || !open || open.part !== part || open.x + open.cols !== x) close();
    if (!part) continue;
    if (open) open.cols++;
    else open = { part, x, cols: 1 };
  }
  close();
}
