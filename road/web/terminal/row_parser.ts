/** Puts rows that scrolled by long ago above those that the page's emulator holds, without stopping the page for long. */
import { Terminal } from "@xterm/xterm";
import type { HistoryRow } from "../../../frames/history_frames.ts";
import { guardedEmulator } from "../../../session/emulator/guarded_emulator.ts";
import { cleanRow } from "../../../session/screen/row_text.ts";
import type { Screen } from "../../../session/screen/screen.ts";
import type { ParsedRow } from "../../../session/screen/scrollback.ts";
import { type Emulator, TERMINAL_OPTIONS } from "../../../session/emulator/xterm_internals.ts";

/** Ends a row and the hyperlink and attributes that one of a hostile host may have left open. */
const ROW_END = "\x1b]8;;\x1b\\\x1b[m\r\n";

/** Rows that are parsed at once. */
const PORTION = 1000;

/**
 * Parses rows with an emulator of their own. The page's would have to begin anew with all rows at once, which takes 200 ms
 * for 10,000; so each message's are parsed when they come, and the lines change hands at the end.
 */
export class RowParser {
  #own: { readonly terminal: Terminal; readonly emulator: Emulator } | undefined;

  constructor(private readonly screen: Screen) {}

  parse(rows: readonly HistoryRow[]): ParsedRow[] {
    const { terminal, emulator } = this.#own ??= this.#make();
    const { _inputHandler: input, _bufferService: { buffers } } = emulator;
    const { cols } = this.screen;
    const parsed: ParsedRow[] = [];
    for (let at = 0; at < rows.length; at += PORTION) {
      terminal.reset();
      terminal.resize(cols, 1);
      const portion = rows.slice(at, at + PORTION);
      // Each stays one row: what is in it neither scrolls nor wraps.
      input.parse(new TextEncoder().encode(portion.map(([text]) => cleanRow(text, cols) + ROW_END).join("")));
      portion.forEach(([, goesOn], i) => parsed.push([buffers.normal.lines.get(i)!, goesOn]));
    }
    return parsed;
  }

  #make() {
    const terminal = new Terminal({ ...TERMINAL_OPTIONS, rows: 1, scrollback: PORTION });
    const { emulator, widths } = guardedEmulator(terminal);
    // As rows are written.
    widths.clusters = true;
    // Links count in the page's own emulator, which shows the rows.
    Object.assign(emulator._inputHandler, { _oscLinkService: this.screen.emulator._oscLinkService });
    return { terminal, emulator };
  }

  /** Frees the emulator; the next rows get another one. */
  done(): void {
    this.#own?.terminal.dispose();
    this.#own = undefined;
  }
}
