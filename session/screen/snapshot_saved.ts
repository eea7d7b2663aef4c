/** The saved cursor of a screen, in a snapshot. */

import { BLANK, HAS_EXTENDED } from "../emulator/attributes.ts";
import { charsetSequence, PLAIN } from "../emulator/charsets.ts";
import { moveTo } from "./paint.ts";
import type { RowWriter } from "./row_writer.ts";
import type { SavedCursors } from "../emulator/saved_cursor.ts";
import type { ExtraModes } from "../emulator/extra_modes.ts";
import type { Emulator, EmulatorBuffer } from "../emulator/xterm_internals.ts";
import type { Widths } from "../emulator/widths.ts";

/** What a snapshot is made from. `resume`: what {@link Boundary.resume} gives. */
export interface Source {
  readonly emulator: Emulator;
  readonly widths: Widths;
  readonly shadow: ExtraModes;
  readonly saved: SavedCursors;
  readonly cols: number;
  readonly rows: number;
  readonly resume: Uint8Array;
}

export type ScreenName = "normal" | "alt";

/** Binds the cursor to the margins, and no more. */
export const ORIGIN = "\x1b[?6h";
const NO_ORIGIN = "\x1b[?6l";

type Margins = Pick<EmulatorBuffer, "scrollTop" | "scrollBottom">;

/** Brings the cursor to a row and column of the screen; `origin`: it is bound to the margins. */
export function place(
  row: number,
  column: number,
  { scrollTop, scrollBottom }: Margins,
  origin: boolean,
): string {
  if (!origin) return moveTo(row, column);
  if (row >= scrollTop && row <= scrollBottom) return moveTo(row - scrollTop, column);
  // Outside of the margins that it is bound to: it came from the other screen, which has none.
  return `\x1b[?47h${moveTo(row, column)}\x1b[?47l`;
}

function savedOf(source: Source, name: ScreenName) {
  const buffer = source.emulator._bufferService.buffers[name];
  const { fg, bg } = buffer.savedCurAttrData;
  const saved = source.saved.get(name);
  return {
    row: Math.min(saved.row, source.rows - 1),
    column: Math.min(buffer.savedX, source.cols - 1),
    pen: { ...BLANK, fg: fg >>> 0, bg: (bg & ~HAS_EXTENDED) >>> 0, ext: saved.ext },
    charsets: charsetSequence(source.emulator, saved.charsets),
    origin: saved.origin,
  };
}

export function hasSaved(source: Source, name: ScreenName): boolean {
  const { row, column, pen, charsets, origin } = savedOf(source, name);
  return origin || row !== 0 || column !== 0 || pen.fg !== 0 || pen.bg !== 0 || pen.ext !== 0 ||
    charsets !== "";
}

/**
 * Brings cursor, pen, charsets and origin mode to where the saved ones are, on a screen with these margins. Returns what makes the charsets ASCII and the
 * cursor unbound again: nothing if they are.
 */
export function placeSaved(source: Source, writer: RowWriter, name: ScreenName, margins: Margins): string {
  const { row, column, pen, charsets, origin } = savedOf(source, name);
  writer.raw(charsets + (origin ? ORIGIN : "") + place(row, column, margins, origin));
  writer.setPen(pen);
  return (charsets === "" ? "" : PLAIN) + (origin ? NO_ORIGIN : "");
}

/** Writes what saves it, on a screen without margins. */
export function saveCursor(source: Source, writer: RowWriter, name: ScreenName): void {
  if (!hasSaved(source, name)) return;
  const plain = placeSaved(source, writer, name, { scrollTop: 0, scrollBottom: source.rows - 1 });
  writer.raw(`\x1b7${plain}`);
}
