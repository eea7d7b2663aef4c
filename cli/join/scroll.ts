/** The history view: which rows of history the window shows, moved by keys. Pure. */
import type { HistoryRow } from "../../frames/history_frames.ts";
import type { HistoryStore } from "../../session/viewer/history_store.ts";
import type { Screen } from "../../session/screen/screen.ts";
import type { Input } from "../../session/vt/terminal_input.ts";
import { marked, type Match, search } from "./history_search.ts";
import type { Panel } from "./panel.ts";
import { keysOf, LineEntry } from "../terminal/typed_keys.ts";

/** Keys, as terminals send them, and how far they move: in rows, or in windows where `page`. */
const MOVES: Readonly<Record<string, { rows?: number; page?: number; to?: "first" | "last" }>> = {
  "\x1b[A": { rows: -1 },
  "\x1bOA": { rows: -1 },
  k: { rows: -1 },
  "\x1b[B": { rows: 1 },
  "\x1bOB": { rows: 1 },
  j: { rows: 1 },
  "\x1b[5~": { page: -1 },
  b: { page: -1 },
  "\x1b[6~": { page: 1 },
  " ": { page: 1 },
  "\x1b[H": { to: "first" },
  "\x1bOH": { to: "first" },
  "\x1b[1~": { to: "first" },
  "\x1b[7~": { to: "first" },
  g: { to: "first" },
  "\x1b[F": { to: "last" },
  "\x1bOF": { to: "last" },
  "\x1b[4~": { to: "last" },
  "\x1b[8~": { to: "last" },
  G: { to: "last" },
};

/** How far one step of the wheel moves, rows: as in xterm and tmux. */
const WHEEL = 3;

/** The position in the history that a viewer looks at. */
export class Scroll implements Panel {
  #top: number;
  /** The text that is being typed after `/`. */
  #asked: LineEntry | null = null;
  #wanted = "";
  #match: Match | null = null;
  /** The direction of the last search that found nothing. */
  #missed: -1 | 1 | null = null;

  /** Begins one window back. */
  constructor(private readonly store: HistoryStore, private readonly screen: Screen, private rows: number) {
    this.#top = this.#clamp(this.#last - rows);
  }

  get top(): number {
    return this.#top;
  }

  row(number: number): HistoryRow | undefined {
    const row = this.#row(number);
    return row && this.#match?.row === number ? marked(row, this.#match) : row;
  }

  #row(number: number): HistoryRow | undefined {
    if (number >= this.screen.history.first) {
      const { from, rows } = this.screen.lines(number, number + 1);
      if (from === number && rows.length > 0) return rows[0];
    }
    return this.store.row(number);
  }

  /**
   * Handles one part of the terminal's input; false if it asks to leave, as does any key that moves nothing. Parts that nobody typed,
   * except the wheel, do nothing.
   */
  typed(input: Input): boolean {
    if (input.kind === "mouse") return input.wheel === 0 || this.wheel(input.wheel);
    if (input.kind === "paste" && this.#asked === null) return false;
    return keysOf(input).every((key) => this.#key(key));
  }

  /** Moves by one step of the wheel; false at the live screen. */
  wheel(step: -1 | 1): boolean {
    return this.#move(step * WHEEL);
  }

  #key(key: string): boolean {
    if (this.#asked !== null) return this.#ask(this.#asked, key);
    switch (key) {
      case "/":
        this.#asked = new LineEntry();
        return true;
      case "n":
      case "N":
        if (this.#wanted !== "") return this.#search(key === "n" ? -1 : 1);
    }
    this.#missed = null;
    const move = MOVES[key];
    if (!move) return false;
    const { rows = 0, page = 0, to } = move;
    if (to === "first") return this.#move(-Infinity);
    if (to === "last") return this.#move(Infinity);
    return this.#move(rows + page * (this.rows - 1));
  }

  /** A key while the search text is typed: Enter searches, for the last text if this is empty; Esc cancels. */
  #ask(asked: LineEntry, key: string): boolean {
    const then = asked.typed(key);
    if (then !== "typing") this.#asked = null;
    if (then !== "entered") return true;
    this.#wanted = asked.text || this.#wanted;
    this.#match = null;
    return this.#wanted === "" || this.#search(-1);
  }

  /** Shows the next match, older or newer; stays if there is none. A new text without an older match is searched from the newest row on. */
  #search(step: -1 | 1): boolean {
    const bottom = this.#last + this.screen.rows;
    const oldest = this.store.first - 1;
    const look = (from: number) =>
      search({ row: (n) => this.#row(n) }, this.#wanted, from, step < 0 ? oldest : bottom, step);
    const found = this.#match
      ? look(this.#match.row + step)
      : look(Math.min(bottom, this.#top + this.rows) - 1) ?? look(bottom - 1);
    this.#missed = found ? null : step;
    if (found) {
      this.#match = found;
      // At the live screen the history view ends.
      this.#top = Math.min(this.#clamp(found.row - Math.floor(this.rows / 3)), this.#last - 1);
    }
    return true;
  }

  /** Rows came from the host: they may contain what was not found. */
  came(): void {
    if (this.#missed !== null) this.#search(this.#missed);
  }

  /** Whether all rows that the host keeps are here. */
  get #whole(): boolean {
    return this.store.missing(1) === null;
  }

  #move(rows: number): boolean {
    this.#top = this.#clamp(this.#top + rows);
    return this.#top < this.#last;
  }

  /** The window's rows. */
  resize(rows: number): void {
    this.rows = rows;
    this.#top = this.#clamp(this.#top);
  }

  /** For the status line. */
  get words(): string {
    if (this.#asked !== null) return `/${this.#asked.text}`;
    const back = `${this.#last - this.#top} lines back`;
    if (this.#wanted === "") {
      return `${back}  (PageUp, arrows, g, G move; / searches; other keys return)`;
    }
    const found = `${
      this.#missed === null ? "found" : this.#whole ? "no more of" : "looking for"
    } "${this.#wanted}"`;
    return `${back}  ${found}  (n older, N newer; other keys return)`;
  }

  /** The top row of the live screen. */
  get #last(): number {
    return this.screen.history.top;
  }

  #clamp(top: number): number {
    return Math.max(this.store.first, Math.min(top, this.#last));
  }
}
