/**
 * Removes terminal queries from output on its way to a real terminal. The host's emulator has answered them already; a real terminal would
 * answer again, and its answers would be typed into the shell.
 */

import type { OutputFilter } from "./output_filter.ts";
import { characterEnd, codePoint, continuations, isContinuation, isDropped, REPLACEMENT } from "./utf8.ts";
import { isQuery, judgeString, readControl, withoutReports } from "./queries.ts";
import {
  DCS_ENTRY,
  ESCAPE,
  GROUND,
  IGNORED_STRING,
  isPlainControl,
  nextState,
  OSC_STRING,
} from "./vt_states.ts";

/**
 * The longest undecided beginning that is held back, in bytes. A sequence that is still undecided then is removed: no terminal needs one as
 * long, and a query could be hidden at its end.
 */
export const MAX_HELD = 4096;

/**
 * Replaces a query. Terminals ignore it (ECMA-48 8.3.88), but like the query it ends a grapheme, so the text behind it does not join the
 * text before it.
 */
const NUL = 0x00;
const ENQ = 0x05;
const BEL = 0x07;
const CAN = 0x18;
const SUB = 0x1a;
const ESC = 0x1b;
/** The C1 control DECID, a query. */
const DECID = 0x9a;
const ST = 0x9c;
/** C1 controls that begin or end a sequence; they are passed on in their 7-bit form, ESC and a letter. */
const SEVEN_BIT = new Set([0x90, 0x98, 0x9b, 0x9c, 0x9d, 0x9e, 0x9f]);

/**
 * Filters one stream. Bytes that are no query come out unchanged, except for C1 controls in UTF-8 that introduce a sequence (7-bit in the
 * output). Of a sequence that is split over two writes only the undecided part is held back.
 */
export class QueryFilter implements OutputFilter {
  #state: "text" | "sequence" | "overlong" | "string" = "text";
  /** The parser's state within a sequence, as in `vt_states.ts`. */
  #vt = GROUND;
  #isOsc = false;
  /** A character of several bytes, of which `#missing` are missing. */
  #character: number[] = [];
  #missing = 0;
  #held: number[] = [];
  /** Where the newest sequence begins in `#held`; it aborted those before it. */
  #start = 0;
  /** The fate of the current string, or of the string that the ESC of this sequence ended. */
  #string: "none" | "held" | "passed" | "dropped" = "none";
  #out = new Uint8Array(256);
  #size = 0;

  /** Filters the next bytes; returns those that can be passed on. */
  push(bytes: Uint8Array): Uint8Array {
    this.#size = 0;
    for (let i = 0; i < bytes.length; i++) {
      if (
        this.#missing === 0 &&
        (this.#state === "text" || (this.#state === "string" && this.#string === "passed"))
      ) {
        let end = i;
        while (end < bytes.length) {
          const next = bytes[end]! < 0x80 ? end + (isPlain(bytes[end]!) ? 1 : 0) : characterEnd(bytes, end);
          if (next === end) break;
          end = next;
        }
        this.#emit(bytes.subarray(i, end));
        if ((i = end) === bytes.length) break;
      }
      this.#byte(bytes[i]!);
    }
    return this.#out.slice(0, this.#size);
  }

  string(text: string): string {
    if (text === "\x07") return text;
    return judgeString(`\x1b${text}`, true) === "pass" ? `\x1b${text}\x1b\\` : "";
  }

  #byte(byte: number): void {
    if (this.#missing > 0) {
      if (isContinuation(this.#character[0]!, this.#character.length, byte)) {
        this.#character.push(byte);
        if (--this.#missing === 0) this.#takeCharacter(this.#character);
        return;
      }
      this.#missing = 0;
      this.#takeBroken();
    }
    if (byte < 0x80) return this.#take(byte);
    this.#character = [byte];
    this.#missing = continuations(byte);
    if (this.#missing === 0) this.#takeBroken();
  }

  /** A whole character of several bytes. */
  #takeCharacter(bytes: number[]): void {
    const code = codePoint(bytes);
    if (isDropped(code)) return;
    if (code === DECID) return this.#state === "text" ? this.#emit([NUL]) : undefined;
    if (SEVEN_BIT.has(code) && !(code === ST && this.#state === "text")) {
      this.#take(ESC);
      return this.#take(code - 0x40);
    }
    const inString = this.#state === "string";
    if (this.#state === "text" || (inString && this.#string === "passed")) this.#emit(bytes);
    else if (!inString || this.#string === "held") this.#held.push(...bytes);
    if (this.#state === "text") return;
    // As in our emulator, where letters beyond ASCII end ignored strings.
    const ends = inString
      ? code < 0xa0 || this.#vt === IGNORED_STRING
      : (this.#vt = nextState(this.#vt, code)) === GROUND;
    if (!ends) return inString ? this.#judge(false) : undefined;
    if (inString && this.#string === "held") this.#emit(this.#held); // aborted, so it asks nothing
    if (!inString) return this.#endSequence(true);
    this.#held = [];
    this.#string = "none";
    this.#state = "text";
  }

  /** Invalid UTF-8: terminals disagree about it inside a sequence, so it is removed there. */
  #takeBroken(): void {
    if (this.#state === "text") this.#emit(REPLACEMENT);
  }

  #take(byte: number): void {
    switch (this.#state) {
      case "text":
        if (byte === ESC) this.#begin();
        else this.#emit([byte === ENQ ? NUL : byte]);
        return;
      case "sequence":
      case "overlong":
        return this.#takeInSequence(byte);
      case "string":
        return this.#takeInString(byte);
      default:
        this.#state satisfies never;
    }
  }

  #begin(): void {
    this.#state = "sequence";
    this.#vt = ESCAPE;
    this.#start = this.#held.length;
    this.#held.push(ESC);
  }

  #takeInSequence(byte: number): void {
    if (byte === ENQ) return;
    if (byte === ESC) {
      if (this.#state === "overlong") this.#held = [];
      return this.#begin();
    }
    this.#held.push(byte);
    if (isPlainControl(byte)) return;
    this.#vt = nextState(this.#vt, byte);
    if (this.#vt === OSC_STRING || this.#vt === DCS_ENTRY || this.#vt === IGNORED_STRING) {
      this.#endString(false);
      this.#state = "string";
      this.#string = "held";
      this.#isOsc = this.#vt === OSC_STRING;
      this.#judge(false);
    } else if (this.#vt === GROUND) {
      this.#endSequence(byte === CAN || byte === SUB);
    } else if (this.#held.length > MAX_HELD) {
      this.#state = "overlong";
      this.#held = [];
    }
  }

  /** A sequence is complete, or was aborted by CAN or SUB. */
  #endSequence(aborted: boolean): void {
    const controls = this.#held.filter(isPlainControl);
    const text = String.fromCharCode(...this.#held.slice(this.#start).filter((b) => !isPlainControl(b)));
    const control = aborted || this.#state === "overlong" ? null : readControl(text);
    const terminates = text === "\x1b\\";
    const rest = control && withoutReports(control);
    const drop = this.#state === "overlong" || (control !== null && isQuery(control)) ||
      rest === "" || (terminates && this.#string === "dropped");
    this.#endString(!drop && rest === null);
    // Controls inside a removed sequence still take effect.
    if (drop) this.#emit(terminates ? controls : [...controls, NUL]);
    else if (rest !== null) this.#emit([...controls, ...Array.from(rest, (c) => c.charCodeAt(0))]);
    else this.#emit(this.#held);
    this.#held = [];
    this.#state = "text";
  }

  /** The ESC that ended a passed string was part of its terminator: if it is missing from the output, ST replaces it. */
  #endString(escFollows: boolean): void {
    if (this.#string === "passed" && !escFollows) this.#emit([ESC, 0x5c]);
    this.#string = "none";
  }

  #takeInString(byte: number): void {
    const ends = (byte === BEL && this.#isOsc) || byte === CAN || byte === SUB;
    if (ends || byte === ESC) {
      this.#judge(true);
      if (byte === ESC) {
        this.#held = [];
        return this.#begin();
      }
      if (this.#string === "passed") this.#emit([byte]);
      this.#string = "none";
      this.#state = "text";
      return;
    }
    if (this.#string === "dropped" || byte === ENQ) return;
    if (this.#string === "passed") return this.#emit([byte]);
    this.#held.push(byte);
    this.#judge(false);
  }

  /** Decides about a held string, if possible. */
  #judge(whole: boolean): void {
    if (this.#string !== "held") return;
    const text = String.fromCharCode(...this.#held.slice(this.#start).filter((b) => !isPlainControl(b)));
    let verdict = judgeString(text, whole);
    if (verdict === "hold" && this.#held.length > MAX_HELD) verdict = "drop";
    if (verdict === "hold") return;
    this.#string = verdict === "pass" ? "passed" : "dropped";
    this.#emit(verdict === "pass" ? this.#held : [NUL]);
    this.#held = [];
  }

  #emit(bytes: ArrayLike<number>): void {
    if (this.#size + bytes.length > this.#out.length) {
      const larger = new Uint8Array(2 * (this.#size + bytes.length));
      larger.set(this.#out.subarray(0, this.#size));
      this.#out = larger;
    }
    this.#out.set(bytes, this.#size);
    this.#size += bytes.length;
  }
}

/** Whether the byte neither begins nor ends anything, in text or in a string. */
function isPlain(byte: number): boolean {
  return byte >= 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09 || byte === 0x08;
}
