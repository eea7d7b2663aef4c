/** Looking back: which rows of history the window shows, moved by keys. Pure. */
import type { HistoryRow } from "../frames/message.ts";
import type { HistoryStore } from "../session/history_store.ts";
import type { HistoryView } from "../session/renderer.ts";
import type { Screen } from "../session/screen.ts";
import type { Input } from "../session/terminal_input.ts";
import { pressOf } from "./escape_key.ts";

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

export class Scroll implements HistoryView {
  #top: number;

  /** Begins one window back. */
  constructor(private readonly store: HistoryStore, private readonly screen: Screen, private rows: number) {
    this.#top = this.#clamp(this.#last - rows);
  }

  get top(): number {
    return this.#top;
  }

  row(number: number): HistoryRow | undefined {
    if (number >= this.screen.history.first) {
      const { from, rows } = this.screen.lines(number, number + 1);
      if (from === number && rows.length > 0) return rows[0];
    }
    return this.store.row(number);
  }

  /** Takes one part of what the terminal sent; false if it asks to leave, as any key does that moves nothing. What nobody typed, the wheel apart, does nothing. */
  typed({ kind, bytes, ...input }: Input): boolean {
    switch (kind) {
      case "text":
        return [...new TextDecoder().decode(bytes)].every((key) => this.#key(key));
      case "key":
        return this.#key(keyName(bytes));
      case "mouse":
        return "wheel" in input && input.wheel !== 0 ? this.wheel(input.wheel) : true;
      case "paste":
        return false;
      case "quiet":
      case "report":
      case "answer":
        return true;
    }
  }

  /** Moves by one step of the wheel; false at the live screen. */
  wheel(step: -1 | 1): boolean {
    return this.#move(step * WHEEL);
  }

  #key(key: string): boolean {
    const move = MOVES[key];
    if (!move) return false;
    const { rows = 0, page = 0, to } = move;
    if (to === "first") return this.#move(-Infinity);
    if (to === "last") return this.#move(Infinity);
    return this.#move(rows + page * (this.rows - 1));
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
    const back = this.#last - this.#top;
    return `${back} lines back  (PageUp, PageDown, arrows, g, G; any other key returns)`;
  }

  /** The top row of the live screen. */
  get #last(): number {
    return this.screen.history.top;
  }

  #clamp(top: number): number {
    return Math.max(this.store.first, Math.min(top, this.#last));
  }
}

/** A key as {@link MOVES} has it: kitty's protocol adds event types to cursor keys, and numbers letters; with Shift it is the same key. */
function keyName(bytes: Uint8Array): string {
  const press = pressOf(bytes);
  if (press) return press.ctrl ? "" : String.fromCodePoint(press.code);
  // deno-lint-ignore no-control-regex -- keys are escape sequences
  const plain = /^(\x1b\[)(?:1(?=;|[A-Z]))?(\d*)(?:;[12]?(?::[12])?)?([A-Z~])$/.exec(
    String.fromCharCode(...bytes),
  );
  return plain ? `${plain[1]}${plain[2]}${plain[3]}` : String.fromCharCode(...bytes);
}
