/**
 * Splits what a terminal sends into what a person typed or pasted and what the terminal reports by itself. The only parser of input:
 * commands, the history view and the mouse all use it. Forms are those of xterm's "Control Sequences" and of kitty's keyboard protocol.
 * Pure.
 */
import { concat } from "../../frames/bytes.ts";

export type Input =
  /** Characters and control keys, without Esc. */
  | { readonly kind: "text"; readonly bytes: Uint8Array }
  /** One key that is sent with Esc first: Esc itself, Alt with another key, cursor and function keys, all of kitty's. */
  | { readonly kind: "key"; readonly bytes: Uint8Array }
  /** Nothing typed: a key release, or a modifier alone. */
  | { readonly kind: "quiet"; readonly bytes: Uint8Array }
  /** `wheel`: a step up (-1) or down (1); 0 for any other mouse report. */
  | { readonly kind: "mouse"; readonly bytes: Uint8Array; readonly wheel: -1 | 0 | 1 }
  /** Focus in and out, a new size, another colour scheme. */
  | { readonly kind: "report"; readonly bytes: Uint8Array }
  /** A bracketed paste or a part of one, with its brackets. */
  | { readonly kind: "paste"; readonly bytes: Uint8Array }
  /** The terminal's answer to a query. */
  | { readonly kind: "answer"; readonly bytes: Uint8Array };

type Kind = Input["kind"];

const ESC = 0x1b;
/** The longest sequence of a keyboard or mouse, in bytes. */
const MAX_SEQUENCE = 64;
/** The longest answer that is recognised, in bytes. */
const MAX_ANSWER = 4096;
/** In a read of at least so many bytes, an Esc at the end begins a longer sequence: nobody types so many at once. */
const CROWDED = 64;
/** A bracketed paste without any bytes for so long is over, in ms: a lost end must not swallow the keys that follow. */
const PASTE_STALLS = 2000;

const PASTE_BEGIN = "\x1b[200~";
const PASTE_END = new TextEncoder().encode("\x1b[201~");

// deno-lint-ignore no-control-regex -- these are escape sequences
const CSI = /^\x1b\[(?:\[[A-Z]|([0-?]*)([ -/]*)([@-~]))/;
// deno-lint-ignore no-control-regex -- as above
const SS3 = /^\x1bO[0-9;]*[@-~]/;
/** The beginnings of strings that are answers: OSC with a number or a title, DCS of settings and versions, kitty's graphics. */
// deno-lint-ignore no-control-regex -- as above
const ANSWER = /^\x1b(?:\][0-9lL]|P[0-9]*[>!$+|]|_G)/;
// deno-lint-ignore no-control-regex -- as above
const STRING_END = /\x07|\x1b\\/;
/** Beginnings of sequences that a person hardly types, so that they continue in the next read; `CSI` alone is Alt with `[`, and so on. */
// deno-lint-ignore no-control-regex -- as above
const CUT = /^\x1b(?:\x1b?\[(?:[0-?]+[ -/]*|M[^]{0,2})|O[0-9;]+|P[0-9]+)$/;
/** kitty: codes of the modifiers from Shift to ISO_Level5_Shift, and of the locks. */
const MODIFIERS = /^(?:5735[89]|57360|5744[1-9]|5745[0-4])(?:[:;]|$)/;

/** Parses one terminal's input. */
export class InputReader {
  #rest: Uint8Array = new Uint8Array(0);
  #pasting = false;
  #readAt = -Infinity;

  /** Whether the beginning of a sequence is held until the next read; call {@link flush} after a moment. */
  get holds(): boolean {
    return this.#rest.length > 0 && !this.#pasting;
  }

  /** The parts of `bytes`, in order, whole sequences each; `now` in ms. They are views of `bytes` or new arrays. */
  read(bytes: Uint8Array, now: number): Input[] {
    if (this.#pasting && now - this.#readAt > PASTE_STALLS) this.#pasting = false;
    this.#readAt = now;
    const all = this.#rest.length > 0 ? concat([this.#rest, bytes]) : bytes;
    this.#rest = new Uint8Array(0);
    const parts: Input[] = [];
    for (let at = 0; at < all.length;) at += this.#next(all.subarray(at), parts);
    return parts;
  }

  /** The held bytes, as keys: no continuation came. */
  flush(): Input[] {
    const bytes = this.#rest;
    this.#rest = new Uint8Array(0);
    return bytes.length > 0 ? [{ kind: "key", bytes }] : [];
  }

  /** Adds the first part of `bytes` to `parts`, or holds it; returns how many bytes were consumed. */
  #next(bytes: Uint8Array, parts: Input[]): number {
    const take = (kind: Kind, length: number, wheel: -1 | 0 | 1 = 0) => {
      const part = bytes.subarray(0, length);
      parts.push(kind === "mouse" ? { kind, bytes: part, wheel } : { kind, bytes: part });
      return length;
    };
    if (this.#pasting) return this.#paste(bytes, take);
    const escape = bytes.indexOf(ESC);
    if (escape !== 0) return take("text", escape < 0 ? bytes.length : escape);
    const head = latin1(bytes.subarray(0, MAX_SEQUENCE));
    if (ANSWER.test(head)) {
      const end = STRING_END.exec(latin1(bytes.subarray(0, MAX_ANSWER)));
      if (end) return take("answer", end.index + end[0].length);
      if (bytes.length < MAX_ANSWER) return this.#hold(bytes);
    }
    const whole = bytes.length <= MAX_SEQUENCE;
    if (whole && (head === "\x1b" ? this.#crowded(parts) : CUT.test(head))) return this.#hold(bytes);
    // Alt with a cursor key, as rxvt sends it.
    const lead = head.startsWith("\x1b\x1b[") || head.startsWith("\x1b\x1bO") ? 1 : 0;
    const sequence = head.slice(lead);
    // xterm's first form: three bytes of any value follow.
    if (sequence.startsWith("\x1b[M") && bytes.length >= 6) return take("mouse", 6, wheelOf(bytes[3]! - 32));
    const csi = CSI.exec(sequence);
    if (csi?.[0] === PASTE_BEGIN) {
      this.#pasting = true;
      return this.#paste(bytes, take, PASTE_BEGIN.length);
    }
    if (csi) {
      const [kind, wheel] = kindOf(csi[1] ?? "", csi[2] ?? "", csi[3] ?? "");
      return take(kind, lead + csi[0].length, wheel);
    }
    const ss3 = SS3.exec(sequence);
    return take("key", ss3 ? lead + ss3[0].length : 1 + characterAt(bytes, 1));
  }

  #hold(bytes: Uint8Array): number {
    this.#rest = bytes.slice();
    return bytes.length;
  }

  /** Whether `parts`, from the current read, are too many for a person. */
  #crowded(parts: readonly Input[]): boolean {
    return parts.reduce((sum, { bytes }) => sum + bytes.length, 0) >= CROWDED;
  }

  /** Does as {@link #next} inside a bracketed paste, whose end is searched from `from` on. */
  #paste(bytes: Uint8Array, take: (kind: Kind, length: number) => number, from = 0): number {
    for (let at = bytes.indexOf(ESC, from); at >= 0; at = bytes.indexOf(ESC, at + 1)) {
      const here = bytes.subarray(at, at + PASTE_END.length);
      if (!here.every((byte, i) => byte === PASTE_END[i])) continue;
      if (here.length < PASTE_END.length) {
        if (at > 0) take("paste", at);
        this.#hold(here);
        return bytes.length;
      }
      this.#pasting = false;
      return take("paste", at + here.length);
    }
    return take("paste", bytes.length);
  }
}

/** The kind of `CSI parameters intermediates final`. */
function kindOf(parameters: string, intermediates: string, final: string): [Kind, wheel?: -1 | 0 | 1] {
  const [first = "", ...others] = parameters.split(";");
  switch (final) {
    case "M":
    case "m":
      if (first.startsWith("<")) return ["mouse", final === "M" ? wheelOf(Number(first.slice(1))) : 0];
      return others.length === 2 ? ["mouse", wheelOf(Number(first) - 32)] : ["key"];
    case "I":
    case "O":
      return [parameters === "" ? "report" : "key"];
    case "R":
      // F3 with modifiers has the form of a cursor report for row 1; a person who typed it expects the key.
      return [/^(?:1;(?:[2-9]|1[0-6]))?$/.test(parameters) ? "key" : "answer"];
    case "n":
      return [first === "?997" ? "report" : "answer"];
    case "t":
      return [first === "48" ? "report" : "answer"];
    case "c":
    case "y":
    case "x":
      return [parameters !== "" || intermediates !== "" ? "answer" : "key"];
    case "~":
      if (first === "201") return ["paste"];
      break;
    case "u":
    case "S":
      if (first.startsWith("?")) return ["answer"];
      break;
  }
  const released = others[0]?.split(":")[1] === "3";
  return [released || final === "u" && MODIFIERS.test(parameters) ? "quiet" : "key"];
}

/** Buttons 64 and 65 are the wheel, with bits for Shift, Alt, Ctrl (4, 8, 16). */
function wheelOf(button: number): -1 | 0 | 1 {
  const plain = button & ~28;
  return plain === 64 ? -1 : plain === 65 ? 1 : 0;
}

/** The length of the character at `at` in bytes of UTF-8; 0 at the end or at another Esc. */
function characterAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === undefined || byte === ESC) return 0;
  return byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
