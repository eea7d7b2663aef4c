/** Looking back: which rows of history the window shows, moved by keys. Pure. */
import type { HistoryRow } from "../frames/message.ts";
import type { HistoryStore } from "../session/history_store.ts";
import type { HistoryView } from "../session/renderer.ts";
import type { Screen } from "../session/screen.ts";

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
  g: { to: "first" },
  "\x1b[F": { to: "last" },
  G: { to: "last" },
};

/** One key of several in a read: a repeated key comes so. */
// deno-lint-ignore no-control-regex -- keys are escape sequences
const KEY = /\x1b[[O][0-9;]*[A-Za-z~]|[^]/gu;

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

  /** Takes what was typed; false if it asks to leave, as any key does that moves nothing. */
  typed(bytes: Uint8Array): boolean {
    return (new TextDecoder().decode(bytes).match(KEY) ?? []).every((key) => this.#moved(key));
  }

  #moved(key: string): boolean {
    const move = MOVES[key];
    if (!move) return false;
    const { rows = 0, page = 0, to } = move;
    if (to === "first") this.#top = this.#clamp(this.store.first);
    else if (to === "last") this.#top = this.#last;
    else this.#top = this.#clamp(this.#top + rows + page * (this.rows - 1));
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
