/** Puts rows that scrolled by long ago above those that the page's emulator holds, without stopping the page for long. */
import { UnicodeGraphemesAddon } from "@xterm/addon-unicode-graphemes";
import { Terminal } from "@xterm/xterm";
import type { HistoryRow } from "../../frames/message.ts";
import { limitMarks } from "../../session/marks.ts";
import type { Screen } from "../../session/screen.ts";
import { type EmulatorLine, emulatorOf, TERMINAL_OPTIONS } from "../../session/terminal_like.ts";

/** A parsed row, and whether it goes on in the next one. */
export type ParsedRow = readonly [line: EmulatorLine, goesOn: boolean];

/**
 * Parses rows with an emulator of their own. The page's would have to begin anew with all rows at once, which takes 200 ms
 * for 10,000; so each message's are parsed when they come, and the lines change hands at the end.
 */
export class RowParser {
  #terminal: Terminal | undefined;

  constructor(private readonly screen: Screen) {}

  parse(rows: readonly HistoryRow[]): ParsedRow[] {
    const { cols, emulator } = this.screen;
    const terminal = this.#terminal ??= new Terminal({ ...TERMINAL_OPTIONS, rows: 1, scrollback: 2000 });
    const own = emulatorOf(terminal);
    const { _inputHandler: input, _bufferService: { buffers } } = own;
    if (terminal.unicode.activeVersion !== "15-graphemes") {
      terminal.loadAddon(new UnicodeGraphemesAddon());
      terminal.unicode.activeVersion = "15-graphemes";
      limitMarks(own);
      // Links count in the page's own emulator, which shows the rows.
      Object.assign(input, { _oscLinkService: emulator._oscLinkService });
    }
    terminal.reset();
    terminal.resize(cols, 1);
    input.parse(new TextEncoder().encode(rows.map(([text]) => text + "\r\n").join("")));
    // As many as there were, also where a host put something else than text into them.
    return rows.map(([, goesOn], i) => [buffers.normal.lines.get(i) ?? blank(terminal), goesOn]);
  }

  /** Frees the emulator; the next rows get another one. */
  done(): void {
    this.#terminal?.dispose();
    this.#terminal = undefined;
  }
}

function blank(terminal: Terminal): EmulatorLine {
  const emulator = emulatorOf(terminal);
  return emulator._bufferService.buffers.normal.getBlankLine(emulator._inputHandler._curAttrData);
}
