/** How to join, over the host's whole window: a program that takes the screen covers what was printed. */
import type { HistoryRow } from "../../frames/history_frames.ts";
import { escapeName } from "../terminal/key_press.ts";
import { rowCells } from "../../session/render/row_cells.ts";
import type { HistoryView } from "../../session/render/renderer.ts";

/** Programs that take the screen do so in this time from their start; later the code was read, or is known to be missing; ms. */
const BEGINNING = 10_000;
/** Sequences that take the screen: the alternate one, or erasing all of it; xterm's "Control Sequences". */
// deno-lint-ignore no-control-regex -- these are escape sequences
const TAKES_SCREEN = /\x1b\[\?(?:47|1047|1049)h|\x1b\[[23]J|\x1b\[(?:1;1)?H\x1b\[0?J|\x1bc/;
/** Longer than any of these sequences, in characters: one may be split between two pieces of output. */
const TAIL = 16;

/** Why it is shown: the person asked, or a program took the screen before anyone has joined. */
export type Page = "asked" | "first";
/** Keys that only take the page with the code away: Enter, Esc, Space, `q`. */
const TURNS_PAGE = new Set(["\r", "\n", " ", "q", "\x1b", "\x1b[27u"]);

/** Whether a key does nothing but take the page away. */
export function turnsPage(bytes: Uint8Array): boolean {
  return TURNS_PAGE.has(new TextDecoder().decode(bytes));
}

/** For the line over the last row; `key`: the byte that the escape key sends. */
export function pageWords(page: Page | null, key: number): string | null {
  switch (page) {
    case "asked":
      return "Enter goes back to the session";
    case "first":
      return `The program runs: Enter, or the first who joins, shows it; ${
        escapeName(key)
      } c shows this again`;
    case null:
      return null;
  }
}

/** The lines of an invitation, for {@link HistoryView}; those that are wider than `cols` go on below. */
export function invitationPage(text: string, cols: number): HistoryView {
  const rows = text.replaceAll("\r", "").split("\n").flatMap((line) => folded(line, cols));
  return {
    top: 0,
    row: (n): HistoryRow | undefined => rows[n - 1] === undefined ? undefined : [rows[n - 1]!, false],
  };
}

/** A line with colours (a QR code's) is never too wide. */
function folded(line: string, cols: number): string[] {
  if (line.startsWith("\x1b")) return [line];
  const cells = rowCells(line, Infinity).map(({ chars }) => chars || " ");
  const rows: string[] = [];
  for (let at = 0; at === 0 || at < cells.length; at += cols) rows.push(cells.slice(at, at + cols).join(""));
  return rows;
}

/** Notices when a program takes the whole screen at the beginning of the session. Pure. */
export class ScreenTaken {
  #tail: string | null = "";

  /** @param began when the session began, ms */
  constructor(private readonly began: number) {}

  /** Whether `output` takes the screen, for the first time; `now` in ms. */
  see(output: Uint8Array, now: number): boolean {
    if (this.#tail === null) return false;
    if (now - this.began > BEGINNING) return this.over();
    let text = this.#tail;
    for (const byte of output) text += String.fromCharCode(byte);
    this.#tail = text.slice(-TAIL);
    if (!TAKES_SCREEN.test(text)) return false;
    this.over();
    return true;
  }

  /** The person typed, or a viewer joined: no page is needed any more. */
  over(): false {
    this.#tail = null;
    return false;
  }
}
