/**
 * A terminal's whole state as bytes: written to a terminal just reset to the same size, they reproduce the original. It is written here
 * because `@xterm/addon-serialize` 0.14 loses the pending wrap, underline styles, hyperlinks, bold with dim, charsets, the scroll region,
 * the saved cursor, and the wrapped flags of the alternate screen.
 */

import { MAX_SNAPSHOT } from "../../frames/limits.ts";
import { attributesOf, BLANK, type Cell, HAS_EXTENDED, readCell } from "../emulator/attributes.ts";
import { concat } from "../../frames/bytes.ts";
import { asPrinted, charsetSequence, charsetsOf } from "../emulator/charsets.ts";
import { charWidth } from "../unicode/char_width.ts";
import { leastRoom, moveTo, paint } from "./paint.ts";
import { BREAK, RowWriter } from "./row_writer.ts";
import type { ExtraModes } from "../emulator/extra_modes.ts";
import { hasSaved, ORIGIN, place, placeSaved, saveCursor, type Source } from "./snapshot_saved.ts";
import { type Emulator, type EmulatorBuffer, mouseOf } from "../emulator/xterm_internals.ts";
import { CLUSTER_MODE, isByCodePoint } from "../emulator/widths.ts";

/**
 * The bytes reserved for all parts of a snapshot but its rows: 22 titles of three bytes per character (`input_limits.ts`), 256 colours, tab
 * stops, an unfinished sequence (`boundary.ts`), a cell and its link once more. Rows have the rest, with less detail where that is too
 * little: a receiver refuses larger snapshots.
 */
const BESIDES_ROWS = 256 * 1024;

/** The snapshot of `source`. */
export function snapshotBytes(source: Source): Uint8Array {
  const { emulator, widths, shadow, cols, rows } = source;
  const { normal, alt, active } = emulator._bufferService.buffers;
  const writer = new RowWriter(shadow, false);
  const shown = active === alt ? [normal, alt] : [normal];
  if (shown.some((buffer) => holdsClusters(buffer, rows))) countClusters(writer, true);
  const most = MAX_SNAPSHOT - BESIDES_ROWS;
  writer.raw(titles(emulator) + shadow.sequence());
  // The flags of the other screen, while it is not shown.
  const altKeys = shadow.kittySequence("alt");
  if (active === normal && (hasSaved(source, "alt") || altKeys !== "")) {
    writer.raw(`\x1b[?47h${altKeys}`);
    saveCursor(source, writer, "alt");
    writer.raw("\x1b[?47l");
  }
  paint(writer, normal, cols, rows, active === alt ? most - leastRoom(cols, rows) : most);
  // Before margins are set: the saved cursor may be outside of them, and in origin mode.
  saveCursor(source, writer, "normal");
  writer.raw(region(normal, rows) + tabStops(normal, cols) + shadow.kittySequence("normal"));
  if (active === alt) {
    // ?1049h saves the cursor in its current state: so that is set to the saved one first.
    const plain = placeSaved(source, writer, "normal", normal);
    writer.raw(`\x1b[?1049h${plain}`);
    writer.setPen(BLANK);
    writer.raw("\x1b[2J"); // the new screen took the saved pen's background
    paint(writer, alt, cols, rows, most);
    saveCursor(source, writer, "alt");
    writer.raw(region(alt, rows) + tabStops(alt, cols) + altKeys);
  }
  writer.raw(modes(emulator, shadow));
  countClusters(writer, widths.clusters);
  placeCursor(source, writer, active);
  return concat([new TextEncoder().encode(writer.drain()), source.resume]);
}

/** Whether the screen has cells that only mode 2027 produces. */
function holdsClusters(buffer: EmulatorBuffer, rows: number): boolean {
  const cell = { ...BLANK };
  for (let y = 0; y < rows; y++) {
    const line = buffer.lines.get(buffer.ybase + y);
    // The text beside the cells may belong to removed cells.
    for (const x in line?._combined) {
      if (Number(x) >= line!.length) continue;
      readCell(line!, Number(x), cell);
      if (!isByCodePoint(cell.chars, cell.width)) return true;
    }
  }
  return false;
}

function countClusters(writer: RowWriter, on: boolean): void {
  if (writer.clusters !== on) writer.raw(`\x1b[?${CLUSTER_MODE}${on ? "h" : "l"}`);
  writer.clusters = on;
}

/** Titles and the stack on which they are saved (XTWINOPS 22). */
function titles(emulator: Emulator): string {
  const { _windowTitle, _iconName, _windowTitleStack, _iconNameStack } = emulator._inputHandler;
  let out = "";
  for (const title of _windowTitleStack) out += `\x1b]2;${title}\x1b\\\x1b[22;2t`;
  for (const name of _iconNameStack) out += `\x1b]1;${name}\x1b\\\x1b[22;1t`;
  if (_windowTitle !== "" && _windowTitle === _iconName) return `${out}\x1b]0;${_windowTitle}\x1b\\`;
  if (_windowTitle !== "" || _windowTitleStack.length > 0) out += `\x1b]2;${_windowTitle}\x1b\\`;
  if (_iconName !== "" || _iconNameStack.length > 0) out += `\x1b]1;${_iconName}\x1b\\`;
  return out;
}

function region(buffer: EmulatorBuffer, rows: number): string {
  if (buffer.scrollTop === 0 && buffer.scrollBottom === rows - 1) return "";
  return `\x1b[${buffer.scrollTop + 1};${buffer.scrollBottom + 1}r`;
}

/** The distance of tab stops in a reset terminal, in columns. */
const TAB_WIDTH = 8;

function tabStops(buffer: EmulatorBuffer, cols: number): string {
  const stops: number[] = [];
  for (let x = 0; x < cols; x++) if (buffer.tabs[x]) stops.push(x);
  if (stops.length === Math.ceil(cols / TAB_WIDTH) && stops.every((x) => x % TAB_WIDTH === 0)) return "";
  return "\x1b[3g" + stops.map((x) => `\x1b[${x + 1}G\x1bH`).join("");
}

const CURSOR_STYLES = { block: 2, underline: 4, bar: 6 } as const;
const MOUSE_ENCODING: Record<string, string> = { SGR: "1006", SGR_PIXELS: "1016" };

/** All modes except origin mode, which moves the cursor, and synchronized output, which is temporary. */
function modes(emulator: Emulator, shadow: ExtraModes): string {
  const { decPrivateModes: dec, modes: ansi, isCursorHidden } = emulator.coreService;
  const { activeEncoding } = mouseOf(emulator);
  const { convertEol, cursorBlink } = emulator.optionsService.options;
  let out = "";
  const on = (mode: string | undefined, set: unknown) => {
    if (mode && set) out += `\x1b[?${mode}h`;
  };
  on("1", dec.applicationCursorKeys);
  on("12", cursorBlink);
  on("45", dec.reverseWraparound);
  on("1004", dec.sendFocus);
  on("2004", dec.bracketedPasteMode);
  for (const mouse of shadow.mouse) on(`${mouse}`, true);
  on(MOUSE_ENCODING[activeEncoding], true);
  if (dec.applicationKeypad) out += "\x1b=";
  if (ansi.insertMode) out += "\x1b[4h";
  if (convertEol) out += "\x1b[20h";
  if (!dec.wraparound) out += "\x1b[?7l";
  if (isCursorHidden) out += "\x1b[?25l";
  if (dec.cursorStyle) out += `\x1b[${CURSOR_STYLES[dec.cursorStyle] - (dec.cursorBlink ? 1 : 0)} q`;
  return out;
}

/**
 * Restores the charsets and the cursor, with a pending wrap and a grapheme that may continue: both result only from printing its cell
 * again. A grapheme that may continue was printed with the charset in use, so that is set first; any other cell must be printed before
 * charsets are designated.
 */
function placeCursor(source: Source, writer: RowWriter, buffer: EmulatorBuffer): void {
  const { emulator, cols, widths: { clusters } } = source;
  const pen = attributesOf(emulator._inputHandler._curAttrData);
  const open = emulator._inputHandler._parser.precedingJoinState !== 0;
  const again = cellToPrint(buffer, cols, open, pen);
  if (again && emulator.coreService.modes.insertMode) {
    // In insert mode printing pushes the row to the right, by the width of the first code point: delete that first, while the cursor may
    // still be anywhere.
    const first = charWidth(again.cell.chars.codePointAt(0) ?? 0x20);
    writer.raw(`${moveTo(buffer.y, again.column)}\x1b[${first}P`);
  }
  const { origin } = emulator.coreService.decPrivateModes;
  if (origin) writer.raw(ORIGIN);
  const charsets = charsetSequence(emulator, charsetsOf(emulator));
  if (open) writer.raw(charsets);
  writer.raw(place(buffer.y, again ? again.column : Math.min(buffer.x, cols - 1), buffer, origin));
  if (again) {
    const { cell, same } = again;
    writer.setPen(same ? pen : cell);
    if (open) cell.chars = asPrinted(emulator, cell.chars);
    else if (!isByCodePoint(cell.chars, cell.width)) countClusters(writer, true);
    writer.print({ ...cell, ...(same ? { fg: pen.fg, bg: pen.bg, ext: pen.ext, link: pen.link } : {}) });
  }
  writer.setPen(pen);
  if (again && !(again.same && open)) writer.raw(BREAK);
  countClusters(writer, clusters);
  if (!open) writer.raw(charsets);
}

/** The cell before the cursor if it has to be printed again, its column, and whether it has the pen's attributes. */
function cellToPrint(buffer: EmulatorBuffer, cols: number, open: boolean, pen: Readonly<Cell>) {
  const pending = buffer.x >= cols;
  const line = buffer.lines.get(buffer.ybase + buffer.y);
  if (!line || buffer.x === 0 || !(pending || open)) return undefined;
  let column = Math.min(buffer.x, cols) - 1;
  const cell = readCell(line, column, { ...BLANK });
  if (cell.width === 0 && column > 0) readCell(line, --column, cell);
  const same = samePen(cell, pen) && cell.chars !== "";
  return pending || same ? { cell, column, same } : undefined;
}

function samePen(cell: Readonly<Cell>, pen: Readonly<Cell>): boolean {
  if (cell.fg !== pen.fg || cell.bg !== pen.bg || cell.link !== pen.link) return false;
  return cell.ext === pen.ext || (cell.bg & HAS_EXTENDED) === 0;
}
