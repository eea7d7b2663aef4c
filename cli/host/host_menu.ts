/** `Ctrl-^ m`: who is here, over the host's own screen alone, and what its person may do to them, to the door, to the codes and to the session. */
import type { HistoryRow } from "../../frames/history_frames.ts";
import { rowCells } from "../../session/render/row_cells.ts";
import type { HistoryView } from "../../session/render/renderer.ts";
import { statusText } from "../../session/stats_text.ts";
import type { Size } from "../../frames/size.ts";
import { abilities, ago } from "../control/control_text.ts";
import { type HostControls, Refused, type ViewerLine } from "../control/host_controls.ts";
import { quotedName } from "./approval_prompt.ts";

const [UP, DOWN] = [new Set(["\x1b[A", "\x1bOA"]), new Set(["\x1b[B", "\x1bOB"])];
const LEAVES = new Set(["\x1b", "q", "\r", "\n"]);
/** Columns of a name in the list. */
const NAME_ROOM = 16;
/** Below this many columns the round trip and the last key are left out. */
const WIDE = 60;
/** Rows that are not viewers: the head, blanks, the keys, and the line over the last row. */
const OTHER_ROWS = 9;
const KEYS = [
  "1-9, up, down choose",
  "p lets type",
  "v only watch",
  "m mutes",
  "k kicks",
  "l locks the door",
  "c new codes",
  "s numbers",
  "e ends the session",
];

/** What becomes of the menu after a key; `codes`: how to join is to be shown. */
export type MenuStep = "stays" | "leaves" | "codes";

/** The menu, from its opening to Esc. */
export class HostMenu {
  #chosen: string | undefined;
  /** A key that has to be pressed again: what it does can't be taken back. */
  #sure: string | undefined;
  #said: string | undefined;
  #numbers = false;

  constructor(private readonly controls: HostControls) {}

  /** For the line over the last row. */
  get words(): string {
    return this.#said ?? "Esc goes back to the session";
  }

  /** The menu in a window of this size. */
  view({ cols, rows }: Size): HistoryView {
    const { session, locked, viewers } = this.controls.list();
    const at = this.#at(viewers);
    const count = viewers.length === 1 ? "1 viewer" : `${viewers.length} viewers`;
    const head = `${session}: ${viewers.length === 0 ? "nobody has joined" : count}${
      locked ? ", the door is locked" : ""
    }`;
    const room = Math.max(1, rows - OTHER_ROWS);
    const from = Math.max(0, Math.min(at - (room >> 1), viewers.length - room));
    const lines = viewers.slice(from, from + room).flatMap((viewer, i) =>
      this.#lines(viewer, from + i, at, cols)
    );
    const text = ["", ` ${head}`, "", ...lines, "", ...folded(KEYS, cols)];
    return {
      top: 0,
      row: (n): HistoryRow | undefined => text[n] === undefined ? undefined : [text[n]!, false],
    };
  }

  #lines(viewer: ViewerLine, i: number, at: number, cols: number): string[] {
    const { peer, name, path, rtt, typed } = viewer;
    const mark = `${i === at ? ">" : " "}${i < 9 ? i + 1 : " "} `;
    const shown = padded(quotedName(name, NAME_ROOM, peer), NAME_ROOM);
    const wide = cols >= WIDE
      ? `  ${rtt === null ? "" : `${Math.round(rtt)} ms`}${typed === null ? "" : `  typed ${ago(typed)}`}`
      : "";
    const line = `${mark}${shown}  ${abilities(viewer)}  ${path ?? "no link"}${wide}`;
    if (!this.#numbers || i !== at) return [cut(line, cols)];
    const numbers = this.controls.stats().find((stats) => stats.peer === peer);
    return [
      cut(line, cols),
      ...folded(numbers ? statusText(numbers).split("  ") : ["no link"], cols, "     "),
    ];
  }

  #at(viewers: readonly ViewerLine[]): number {
    return Math.max(0, viewers.findIndex(({ peer }) => peer === this.#chosen));
  }

  /** Takes one key (`terminal/typed_keys.ts`). */
  key(key: string): MenuStep {
    const sure = this.#sure === key;
    this.#sure = this.#said = undefined;
    if (LEAVES.has(key)) return "leaves";
    const { code, view_code } = this.controls.joining;
    try {
      const step = this.#do(key, sure);
      const then = this.controls.joining;
      const other = then.code !== code || then.view_code !== view_code;
      if (other) this.#said = `${this.words}; there is a new code`;
      return step;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#said = `Not done: ${error.message}`;
      return "stays";
    }
  }

  #do(key: string, sure: boolean): MenuStep {
    const { viewers, locked } = this.controls.list();
    const at = this.#at(viewers);
    const chosen = viewers[at];
    const grant = (level: "write" | "view" | "mute") => {
      if (!chosen) return this.#nobody();
      const then = this.controls.grant(chosen.peer, level);
      this.#said = `${named(chosen)} ${abilities(then)} now`;
    };
    const step = UP.has(key) ? -1 : DOWN.has(key) ? 1 : 0;
    if (step !== 0) this.#chosen = viewers[Math.min(viewers.length - 1, Math.max(0, at + step))]?.peer;
    else if (/^[1-9]$/.test(key)) this.#chosen = viewers[Number(key) - 1]?.peer ?? this.#chosen;
    else if (key === "p") grant("write");
    else if (key === "v") grant("view");
    else if (key === "m") grant("mute");
    else if (key === "k") this.#kick(chosen, sure);
    else if (key === "s") this.#numbers = !this.#numbers;
    else if (key === "l") {
      this.controls.lock(!locked);
      this.#said = locked ? "People can join again" : "Nobody new is let in";
    } else if (key === "c") {
      if (!sure) return this.#ask("c", "Press c again: the old codes die, who is in stays");
      this.controls.codes();
      return "codes";
    } else if (key === "e") {
      if (!sure) return this.#ask("e", "Press e again: the session ends, with its command");
      this.controls.end();
      return "leaves";
    }
    return "stays";
  }

  #kick(chosen: ViewerLine | undefined, sure: boolean): void {
    if (!chosen) return this.#nobody();
    // Meanwhile another may stand where this one stood.
    if (!sure || this.#chosen !== chosen.peer) {
      this.#chosen = chosen.peer;
      return void this.#ask("k", `Press k again: ${named(chosen)} is shown out`);
    }
    this.controls.kick(chosen.peer);
    this.#said = `${named(chosen)} was shown out`;
  }

  #ask(key: string, words: string): "stays" {
    this.#sure = key;
    this.#said = words;
    return "stays";
  }

  #nobody(): void {
    this.#said = "Nobody has joined";
  }
}

function named({ name, peer }: ViewerLine): string {
  return quotedName(name, NAME_ROOM, peer);
}

function padded(text: string, room: number): string {
  return text + " ".repeat(Math.max(0, room - rowCells(text, Infinity).length));
}

function cut(text: string, cols: number): string {
  return rowCells(text, cols).map(({ chars }) => chars).join("");
}

/** Words side by side, as many in a row as fit. */
function folded(words: readonly string[], cols: number, before = " "): string[] {
  const rows: string[] = [];
  for (const word of words) {
    const longer = `${rows.at(-1) ?? ""}  ${word}`;
    if (rows.length > 0 && longer.length < cols) rows[rows.length - 1] = longer;
    else rows.push(before + word);
  }
  return rows.map((row) => cut(row, cols));
}
