/** Everything that a screen shows and that decides what later bytes do, as text to compare. */
import type xterm from "@xterm/headless";
import { newScreen } from "../../cli/emulator/new_screen.ts";
import type { Screen } from "../../session/screen/screen.ts";
import {
  type EmulatorBuffer,
  mouseOf,
  type PackedAttributes,
} from "../../session/emulator/xterm_internals.ts";

export function makeScreen(cols: number, rows: number, scrollback = 1000): Screen {
  return newScreen(cols, rows, scrollback);
}

/** The screen's rows, cells told by their text and looks; a blank that nothing was written to is a space. */
function rowsOf(screen: Screen, name: "normal" | "alt"): string[] {
  const { emulator, cols, rows } = screen;
  const buffer = emulator._bufferService.buffers[name];
  const terminal = screen.terminal as xterm.Terminal;
  const api = name === "alt" ? terminal.buffer.alternate : terminal.buffer.normal;
  const out: string[] = [];
  for (let y = 0; y < rows; y++) {
    const line = api.getLine(buffer.ybase + y);
    if (!line) {
      out.push("(none)");
      continue;
    }
    let row = line.isWrapped ? "+ " : "| ";
    let was = "";
    for (let x = 0; x < cols; x++) {
      const cell = line.getCell(x)!;
      const raw = buffer.lines.get(buffer.ybase + y)!;
      const extended = raw._extendedAttrs[x];
      // xterm.js lets the right half of a wide character be written over; the character is gone then.
      const broken = cell.getWidth() === 2 && line.getCell(x + 1)?.getWidth() !== 0;
      const blank = broken || cell.getChars() === "" || cell.getChars() === " ";
      const flags = [
        cell.isInverse(),
        cell.isUnderline(),
        cell.isStrikethrough(),
        cell.isOverline(),
        !blank && cell.isBold(),
        !blank && cell.isDim(),
        !blank && cell.isItalic(),
        !blank && cell.isBlink(),
        !blank && cell.isInvisible(),
      ].map((flag) => flag ? 1 : 0).join("");
      const has = (raw._data[x * 3 + 2]! & 0x10000000) !== 0;
      let underline = has && extended ? tidy(extended._ext) & 0x1fffffff : 0;
      if (cell.isUnderline() && (underline >>> 26 & 7) === 0 && extended?.urlId === 0) underline |= 1 << 26;
      const link = has ? uri(screen, extended?.urlId) : "";
      const fg = blank && flags === "000000000" ? "" : `${cell.getFgColorMode()}:${cell.getFgColor()}`;
      const style = `${fg}/${cell.getBgColorMode()}:${cell.getBgColor()}/${flags}/${underline}/${link}`;
      if (style !== was) row += `{${style}}`;
      was = style;
      // Likewise the right half without the left one.
      const orphan = cell.getWidth() === 0 && (x === 0 || line.getCell(x - 1)?.getWidth() !== 2);
      row += broken || orphan
        ? " "
        : cell.getWidth() === 0
        ? ""
        : (cell.getChars() || " ") + (cell.getWidth() === 2 ? "_" : "");
    }
    out.push(row);
  }
  return out;
}

/** A packed colour without the bits that xterm.js leaves over from an earlier colour of another kind. */
function tidy(value: number): number {
  const mode = value & 0x3000000;
  return mode === 0x3000000 ? value : mode === 0 ? value & ~0xffffff : value & ~0xffff00;
}

/** xterm.js forgets a link with the row it was opened on; text goes on with a number that means nothing. */
function uri(screen: Screen, id: number | undefined): string {
  return id ? screen.shadow.link(id)?.uri ?? "" : "";
}

function looks(screen: Screen, packed: PackedAttributes): string {
  const underlined = (packed.fg & 0x10000000) !== 0;
  const ext = tidy(packed.extended._ext) & (underlined ? 0x1fffffff : 0x3ffffff);
  return `${tidy(packed.fg)}/${tidy(packed.bg) & ~0x10000000}/${ext}/${uri(screen, packed.extended.urlId)}`;
}

/** `deep` also tells what only later bytes would show. */
export function describe(screen: Screen): string {
  const { emulator, shadow, cols, rows } = screen;
  screen.snapshot(); // brings the saved rows up to date
  const { buffers } = emulator._bufferService;
  const { coreService, _charsetService: charsets } = emulator;
  const part = (buffer: EmulatorBuffer) => ({
    region: [buffer.scrollTop, buffer.scrollBottom],
    saved: [
      Math.min(buffer.savedX, cols - 1),
      Math.min(Math.max(0, buffer.savedY - buffer.ybase), rows - 1),
      looks(screen, buffer.savedCurAttrData).replace(/\/[^/]*\/[^/]*$/, ""),
      JSON.stringify((buffer as { savedCharset?: unknown }).savedCharset),
    ],
    tabs: Object.entries(buffer.tabs).filter(([x, on]) => on && Number(x) < cols).map(([x]) => x).join(),
  });
  const isAlt = buffers.active === buffers.alt;
  return JSON.stringify(
    {
      size: [cols, rows],
      screen: isAlt ? "alt" : "normal",
      normal: part(buffers.normal),
      normalRows: rowsOf(screen, "normal"),
      alt: isAlt ? part(buffers.alt) : { saved: part(buffers.alt).saved },
      altRows: isAlt ? rowsOf(screen, "alt") : undefined,
      cursor: [buffers.active.x, buffers.active.y, coreService.isCursorHidden],
      pen: looks(screen, emulator._inputHandler._curAttrData),
      charset: [
        JSON.stringify(charsets.charset),
        charsets.glevel,
        ...[0, 1, 2, 3].map((g) => JSON.stringify(charsets._charsets[g])),
      ],
      modes: { ...coreService.modes, ...coreService.decPrivateModes, synchronizedOutput: 0 },
      mouse: [mouseOf(emulator).activeProtocol, mouseOf(emulator).activeEncoding],
      options: [
        emulator.optionsService.options.convertEol,
        emulator.optionsService.options.cursorBlink,
      ],
      titles: [
        emulator._inputHandler._windowTitle,
        emulator._inputHandler._iconName,
        emulator._inputHandler._windowTitleStack,
        emulator._inputHandler._iconNameStack,
      ],
      shadow: shadow.sequence() + shadow.kittySequence("normal") + "|" + shadow.kittySequence("alt"),
      clusters: screen.widths.clusters,
      parser: emulator._inputHandler._parser.currentState,
    },
    null,
    1,
  );
}
