/** The saved cursor of a screen in a snapshot. */

import { BLANK, HAS_EXTENDED } from "../emulator/attributes.ts";
import { charsetSequence, PLAIN } from "../emulator/charsets.ts";
import { moveTo } from "./paint.ts";
import type { RowWriter } from "./row_writer.ts";
import type { SavedCursors } from "../emulator/saved_cursor.ts";
import type { ExtraModes } from "../emulator/extra_modes.ts";
import type { Emulator, EmulatorBuffer } from "../emulator/xterm_internals.ts";
import type { Widths } from "../emulator/widths.ts";

/** The input of a snapshot. `resume`: the result of {@link Boundary.resume}. */
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

/** Sets origin mode. */
export const ORIGIN = "\x1b[?6h";
const NO_ORIGIN = "\x1b[?6l";

type Margins = Pick<EmulatorBuffer, "scrollTop" | "scrollBottom">;

/** Moves the cursor to a row and column of the screen; `origin`: origin mode is set. */
export function place(
  row: number,
  column: number,
  { scrollTop, scrollBottom }: Margins,
  origin: boolean,
): string {
  if (!origin) return moveTo(row, column);
  if (row >= scrollTop && row <= scrollBottom) return moveTo(row - scrollTop, column);
  // Outside of the margins in origin mode: the cursor came from the other screen, which has no margins.
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

/** Whether this screen has a saved cursor that differs from the default. */
export function hasSaved(source: Source, name: ScreenName): boolean {
  const { row, column, pen, charsets, origin } = savedOf(source, name);
  return origin || row !== 0 || column !== 0 || pen.fg !== 0 || pen.bg !== 0 || pen.ext !== 0 ||
    charsets !== "";
}

/**
 * Sets cursor, pen, charsets and origin mode as they were saved, on a screen with these margins. Returns the sequence that resets charsets
 * and origin mode; empty if they are at their defaults.
 */
export function placeSaved(source: Source, writer: RowWriter, name: ScreenName, margins: Margins): string {
  const { row, column, pen, charsets, origin } = savedOf(source, name);
  writer.raw(charsets + (origin ? ORIGIN : "") + place(row, column, margins, origin));
  writer.setPen(pen);
  return (charsets === "" ? "" : PLAIN) + (origin ? NO_ORIGIN : "");
}

/** Writes the sequences that save the cursor, on a screen without margins. */
export function saveCursor(source: Source, writer: RowWriter, name: ScreenName): void {
  if (!hasSaved(source, name)) return;
  const plain = placeSaved(source, writer, name, { scrollTop: 0, scrollBottom: source.rows - 1 });
  writer.raw(`\x1b7${plain}`);
}
