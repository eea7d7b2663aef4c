/**
 * Finds lines in a write that nobody can ever see: so many plain lines follow them in the same write that they have fallen off
 * the scrollback at its end. To leave them out ends in the same screen as to parse them, and costs a fiftieth.
 *
 * What makes it the same, of the bytes (here):
 *
 * - lines left out hold printable ASCII and end in CR LF, and one such line end precedes the first: each begins in column
 *   0, scrolls by the rows that it takes, and leaves nothing behind but rows: pen, modes, tabs and the last character that REP
 *   would repeat (none, after a control) stay as they were;
 * - behind them come at least as many line feeds as the terminal keeps rows, among printable ASCII, CR and LF only. Each scrolls by
 *   one row or more, and nothing among them can look at a row or change how rows scroll. So all rows from before, and the
 *   markers and positions in them, are gone at their end either way.
 *
 * (What differs is where in xterm.js's ring the oldest row lies, at which its reflow to a narrower window looks by mistake: then a row may be marked
 * as wrapped that was not. A snapshot does not carry that place either.)
 *
 * And of the terminal (`Screen` looks at it where they would begin): {@link scrollsPlainly}.
 */

import { CR, LF, lineFeeds, plainRuns } from "../vt/plain_runs.ts";
import type { Emulator } from "./xterm_internals.ts";
import { GROUND } from "../vt/vt_states.ts";

/** A sample of a write: this many blocks of this many bytes. */
const BLOCKS = 32;
const BLOCK = 32;

export interface UnseenLines {
  /** They are the bytes `[from, to)` of the write. */
  readonly from: number;
  readonly to: number;
  /** Rows that they would have occupied. */
  readonly rows: number;
}

export interface Limits {
  readonly cols: number;
  /** Rows of the screen. */
  readonly rows: number;
  /** Rows of the screen and the scrollback. */
  readonly kept: number;
}

/**
 * The lines of `bytes` that may be left out if the terminal {@link scrollsPlainly}: some for each run of plain bytes that is long enough.
 */
export function unseenLines(bytes: Uint8Array, { cols, rows, kept }: Limits): UnseenLines[] {
  const all: UnseenLines[] = [];
  // In front: the end of a line that began earlier, and line feeds that bring the cursor to the bottom from any row.
  const shortest = 1 + rows + kept + 1;
  if (bytes.length < shortest || lineFeedsAbout(bytes) < shortest) return all;
  for (const run of plainRuns(bytes, shortest)) {
    const to = lineFeedsBack(bytes, run.from, run.to, kept);
    const from = lineFeeds(bytes, run.from, to, 1 + rows);
    if (from < 0) continue;
    const lines = wholeLines(bytes, from, to, cols);
    if (lines.rows > 0) all.push(lines);
  }
  return all;
}

/**
 * Whether a plain line that begins at the cursor scrolls by the rows that it occupies and changes nothing else, and so do the lines after
 * it.
 */
export function scrollsPlainly(emulator: Emulator, rows: number): boolean {
  const { _inputHandler: input, _bufferService: { buffers }, coreService } = emulator;
  const { active } = buffers;
  return active === buffers.normal && active.x === 0 && active.y === rows - 1 &&
    active.scrollTop === 0 && active.scrollBottom === rows - 1 &&
    // Inside a string (a picture, for example) there are no lines.
    input._parser.currentState === GROUND &&
    // Charsets could give letters other widths.
    emulator._charsetService.charset === undefined &&
    coreService.decPrivateModes.wraparound && !coreService.decPrivateModes.origin &&
    !coreService.modes.insertMode;
}

/**
 * Estimates the number of line feeds. To read every byte of 80-column text takes a seventh of the time of parsing it, usually in vain:
 * there are too few lines.
 */
function lineFeedsAbout(bytes: Uint8Array): number {
  const step = Math.max(BLOCK, bytes.length / BLOCKS);
  let seen = 0;
  let looked = 0;
  for (let block = 0; block < bytes.length; block += step) {
    const from = Math.floor(block);
    const to = Math.min(from + BLOCK, bytes.length);
    for (let i = from; i < to; i++) if (bytes[i] === LF) seen++;
    looked += to - from;
  }
  return seen * bytes.length / looked;
}

/** The start of the line that has `count` line feeds from there to `end`; -1 if there is none from `start` on. */
function lineFeedsBack(bytes: Uint8Array, start: number, end: number, count: number): number {
  for (let i = end - 1; i >= start; i--) {
    if (bytes[i] === LF && count-- === 0) return i + 1;
  }
  return -1;
}

/** The lines from `from` to at most `to` that end in CR LF and contain no other control. */
function wholeLines(bytes: Uint8Array, from: number, to: number, cols: number): UnseenLines {
  let rows = 0;
  let begin = from;
  for (let i = from; i < to; i++) {
    if (bytes[i]! >= 0x20) continue;
    // `to` follows a line feed, so there is one more byte.
    if (bytes[i] !== CR || bytes[i + 1] !== LF) break;
    const length = i - begin;
    rows += length <= cols ? 1 : Math.ceil(length / cols);
    begin = i + 2;
    i++;
  }
  return { from, to: begin, rows };
}
