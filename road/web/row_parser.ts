/** Puts rows that scrolled by long ago above those that the page's emulator holds, without stopping the page for long. */
import { UnicodeGraphemesAddon } from "@xterm/addon-unicode-graphemes";
import { Terminal } from "@xterm/xterm";
import type { HistoryRow } from "../../frames/message.ts";
import { limitMarks } from "../../session/marks.ts";
import { MAX_SCROLLBACK } from "../../session/history.ts";
import type { Screen } from "../../session/screen.ts";
import {
  type EmulatorLine,
  emulatorOf,
  type PackedAttributes,
  TERMINAL_OPTIONS,
} from "../../session/terminal_like.ts";

/** Rows in one call of `splice`, whose arguments they are: browsers take 65,536 at least. */
const SPLICE = 10_000;

/** A parsed row, and whether it goes on in the next one. */
export type ParsedRow = readonly [line: EmulatorLine, goesOn: boolean];

/** More of an emulator's inside than `terminal_like.ts` needs, which has checked its version. */
interface Inside {
  readonly _bufferService: {
    readonly buffer: { readonly ydisp: number };
    readonly buffers: {
      readonly normal: {
        ybase: number;
        ydisp: number;
        getBlankLine(attributes: PackedAttributes): EmulatorLine;
        readonly lines: {
          readonly length: number;
          readonly maxLength: number;
          get(index: number): EmulatorLine | undefined;
          splice(start: number, deleted: number, ...lines: EmulatorLine[]): void;
        };
      };
    };
    readonly _onScroll: { fire(position: number): void };
  };
}

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
  return (emulator as unknown as Inside)._bufferService.buffers.normal.getBlankLine(
    emulator._inputHandler._curAttrData,
  );
}

/**
 * Puts as many of the newest `rows` above the screen's own as a page may keep. Where the host keeps more rows than usual the page does so from
 * then on. What is shown stays, also where a person has scrolled to.
 */
export function putAbove(screen: Screen, rows: readonly ParsedRow[]): void {
  const { history } = screen;
  const service = (screen.emulator as unknown as Inside)._bufferService;
  const { normal } = service.buffers;
  const { lines } = normal;
  const { options } = screen.emulator.optionsService;
  options.scrollback = Math.max(options.scrollback, Math.min(MAX_SCROLLBACK, normal.ybase + rows.length));
  const fitting = rows.slice(Math.max(0, rows.length - (lines.maxLength - lines.length)));
  if (fitting.length === 0) return;
  const below = [...fitting.slice(1).map(([line]) => line), lines.get(0)];
  fitting.forEach(([, goesOn], i) => {
    const next = below[i];
    if (next) next.isWrapped = goesOn;
  });
  for (let to = fitting.length; to > 0; to -= SPLICE) {
    lines.splice(0, 0, ...fitting.slice(Math.max(0, to - SPLICE), to).map(([line]) => line));
  }
  normal.ybase += fitting.length;
  normal.ydisp += fitting.length;
  history.restart(history.first - fitting.length, history.era);
  service._onScroll.fire(service.buffer.ydisp);
}
