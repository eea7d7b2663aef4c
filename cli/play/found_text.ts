/** Finds text in what a recording shows. Pure. */
import { CSI_ENTRY, CSI_IGNORE, ESCAPE, GROUND, nextState } from "../../session/vt/vt_states.ts";
import type { CastEvent } from "./recording.ts";

/** Controls that go elsewhere in the screen: what follows is another text. One column to the right is a blank, as some programs write it. */
const MOVES = new Set([..."ABDEFGHdf`"].map((final) => final.charCodeAt(0)));
const RIGHT = 0x43;
const ESC = 0x1b;

/** The text of a recording's output, without sequences, and which event showed which part of it. */
export class FoundText {
  readonly #text: string;
  /** The event of each piece of text, and where the piece ends. */
  readonly #pieces: { readonly event: number; readonly end: number }[] = [];

  constructor(events: readonly CastEvent[]) {
    const plain = new Plain();
    const parts: string[] = [];
    let end = 0;
    events.forEach((event, index) => {
      if (event.kind !== "output") return;
      const text = plain.push(event.text);
      if (text === "") return;
      parts.push(text);
      this.#pieces.push({ event: index, end: end += text.length });
    });
    this.#text = parts.join("");
  }

  /**
   * The event that completes the next match of `wanted` after event `from` (1), or the last one before it (-1); null if there is none. Small
   * letters match large ones too, as in vim's `smartcase`.
   */
  find(wanted: string, from: number, step: 1 | -1): number | null {
    if (wanted === "") return null;
    const exact = wanted !== wanted.toLowerCase();
    const pattern = new RegExp(RegExp.escape(wanted), exact ? "gu" : "giu");
    let last: number | null = null;
    for (const { index, 0: match } of this.#text.matchAll(pattern)) {
      const event = this.#eventAt(index + match.length);
      if (step > 0 && event > from) return event;
      if (step < 0 && event >= from) break;
      if (step < 0) last = event;
    }
    return last;
  }

  /** The event that shows the text up to `end`. */
  #eventAt(end: number): number {
    let [low, high] = [0, this.#pieces.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#pieces[middle]!.end < end) low = middle + 1;
      else high = middle;
    }
    return this.#pieces[low]!.event;
  }
}

/** Leaves sequences out, however they are cut. */
class Plain {
  #state = GROUND;

  push(text: string): string {
    let out = "";
    let from = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      const before = this.#state;
      this.#state = code === ESC ? ESCAPE : nextState(before, code);
      const shown = before === GROUND && this.#state === GROUND &&
        (code >= 0x20 && code < 0x7f || code >= 0xa0);
      if (shown) continue;
      out += text.slice(from, at);
      from = at + 1;
      if (before === GROUND && code === 0x0a) out += "\n";
      const ended = before >= CSI_ENTRY && before <= CSI_IGNORE && this.#state === GROUND;
      if (ended && code === RIGHT) out += " ";
      else if (ended && MOVES.has(code)) out += "\n";
    }
    return out + text.slice(from);
  }
}
