/**
 * Passes only safe output to a viewer's terminal: `allowed_controls.ts` and `allowed_strings.ts` define what is safe. A host may be
 * hostile, and many functions of terminals write files, run commands or type. Also, the host's emulator has answered queries of programs
 * already.
 */
import { allowedControl, isAllowedControl, isAllowedFinal, MAX_DIGITS } from "./allowed_controls.ts";
import { isPicture, judge, longest, SHORT } from "./allowed_strings.ts";
import type { AttentionPacer } from "./attention_pacer.ts";
import { ByteBuffer } from "./byte_buffer.ts";
import type { OutputFilter } from "./output_filter.ts";
import { readControl } from "./queries.ts";
import { characterEnd, continuations, isContinuation, isDropped, REPLACEMENT } from "./utf8.ts";
import { CSI_IGNORE, ESCAPE, GROUND, isPlainControl, nextState } from "./vt_states.ts";
import { TitleStacks } from "./title_stacks.ts";

/** The longest sequence that passes, in characters: terminals need none that is longer. */
const MAX_SEQUENCE = 1024;
/** The beginning of a string that decides its limit, in bytes; most sequences are shorter. */
const START = 64;

/** Replaces what was left out: terminals ignore it (ECMA-48 8.3.88), but like a sequence it ends a grapheme. */
const NUL = 0x00;
const BEL = 0x07;
const CAN = 0x18;
const SUB = 0x1a;
const ESC = 0x1b;
const ST = 0x9c;
/** C1 controls in UTF-8 that take effect: IND, NEL, HTS, and those that begin a sequence. They pass in their 7-bit form. */
const C1 = new Set([0x84, 0x85, 0x88, 0x90, 0x98, 0x9b, 0x9d, 0x9e, 0x9f]);

/**
 * Filters one stream, however it is split. Characters and sequences come out whole: between two outputs anything else may be written to the
 * terminal. Invalid UTF-8 is replaced as `utf8.ts` says.
 */
export class ViewerFilter implements OutputFilter {
  #vt = GROUND;
  /** The bytes of a character, of which `#missing` are missing. */
  readonly #character: number[] = [];
  #missing = 0;
  #code = 0;
  /** The current sequence so far, without controls inside. */
  #sequence = "";
  /** The current string so far, its introducer's letter first. */
  readonly #string = new ByteBuffer();
  /** Whether the ESC of this sequence has ended a string: if `\` follows, that is all. */
  #stringEnded = false;
  #most = SHORT;
  readonly #titles = new TitleStacks();
  #pictured = false;
  readonly #out = new ByteBuffer();

  /**
   * @param oncopy receives each write to the clipboard (OSC 52), whole; its result is written to the terminal instead
   * @param attention paces bells and notifications; it outlives this filter
   */
  constructor(
    private readonly oncopy: (text: string) => string,
    private readonly attention?: AttentionPacer,
  ) {}

  /** Filters the next bytes; returns those that can be passed on. */
  push(bytes: Uint8Array): Uint8Array {
    for (let i = 0; i < bytes.length;) {
      if (this.#vt === GROUND && this.#missing === 0) {
        const end = plainUntil(bytes, i);
        if (end > i) this.#out.add(bytes.subarray(i, end));
        if ((i = end) === bytes.length) break;
      }
      this.#byte(bytes[i++]!);
    }
    return this.#out.drain();
  }

  get pictured(): boolean {
    return this.#pictured;
  }

  string(text: string): string {
    if (text === "\x07") return this.#control(BEL) === BEL ? text : "";
    return text.length > longest(text.slice(0, START)) ? "" : this.#judge(text, "\x1b\\");
  }

  #byte(byte: number): void {
    if (this.#missing > 0) {
      if (isContinuation(this.#character[0]!, this.#character.length, byte)) {
        this.#character.push(byte);
        this.#code = (this.#code << 6) | (byte & 0x3f);
        if (--this.#missing === 0 && !isDropped(this.#code)) this.#take(this.#code, this.#character);
        return;
      }
      this.#missing = 0;
      this.#takeBroken();
    }
    if (byte < 0x80) return this.#take(byte, [byte]);
    this.#missing = continuations(byte);
    if (this.#missing === 0) return this.#takeBroken();
    this.#character.length = 0;
    this.#character.push(byte);
    this.#code = byte & (0x3f >> this.#missing);
  }

  /** Invalid UTF-8: a terminal in another locale may interpret it as controls. */
  #takeBroken(): void {
    if (this.#vt === GROUND) this.#out.add(REPLACEMENT);
  }

  /** Handles a code point, and its bytes. */
  #take(code: number, bytes: readonly number[]): void {
    const before = this.#vt;
    if (code === ESC) {
      if (isString(before)) {
        this.#endString("\x1b\\");
        this.#stringEnded = true;
      }
      return this.#begin();
    }
    if (C1.has(code)) {
      if (before !== GROUND) this.#abort();
      this.#begin();
      return this.#take(code - 0x40, [code - 0x40]);
    }
    this.#vt = nextState(before, code);
    if (before === GROUND) {
      if (code < 0x20) this.#out.addByte(this.#control(code));
      else if (code >= 0xa0) this.#out.add(bytes);
      else this.#out.addByte(code < 0x7f ? code : NUL);
    } else if (isString(before)) this.#inString(code, bytes);
    else this.#inSequence(code);
  }

  #begin(): void {
    this.#vt = ESCAPE;
    this.#sequence = "\x1b";
  }

  #inSequence(code: number): void {
    // Controls inside a sequence take effect before it.
    if (isPlainControl(code)) {
      if (this.#control(code) === code) this.#out.addByte(code);
      return;
    }
    if (isString(this.#vt)) {
      this.#stringEnded = false;
      this.#most = SHORT;
      this.#string.clear();
      return this.#string.addByte(code);
    }
    if (code !== 0x7f && this.#sequence.length <= MAX_SEQUENCE) this.#sequence += String.fromCharCode(code);
    if (this.#vt !== GROUND) return;
    const complete = code !== CAN && code !== SUB && code < 0x80 && this.#sequence.length <= MAX_SEQUENCE;
    const ended = this.#stringEnded;
    this.#stringEnded = false;
    if (ended && this.#sequence === "\x1b\\") return;
    const control = complete ? readControl(this.#sequence) : null;
    const allowed = control && allowedControl(control);
    const text = allowed !== null && control!.csi && control!.final === "t"
      ? this.#titles.allowed(control!.params)
      : allowed;
    if (text !== null) this.#out.addText(text);
    else this.#out.addByte(NUL);
  }

  /** A control as it passes: NUL if it does not. */
  #control(code: number): number {
    if (code === BEL && this.attention?.bell() === false) return NUL;
    return isAllowedControl(code) ? code : NUL;
  }

  #inString(code: number, bytes: readonly number[]): void {
    if (this.#vt === GROUND) {
      if (code === ST) this.#endString("\x1b\\");
      else if (code === BEL) this.#endString("\x07");
      else this.#abort();
    } else if (code >= 0x20 && code !== 0x7f && this.#string.length <= this.#most) {
      this.#string.add(bytes);
      if (this.#string.length > SHORT && this.#most === SHORT) {
        this.#most = longest(this.#string.text(START));
      }
    }
  }

  #endString(terminator: string): void {
    this.#pictured ||= isPicture(this.#string.text(START));
    const text = this.#string.length > this.#most ? "" : this.#string.text();
    this.#string.clear();
    // Ends a grapheme as the string did, if nothing of the string is left.
    this.#out.addText(this.#judge(text, terminator) || "\0");
  }

  #judge(text: string, terminator: string): string {
    const verdict = judge(text);
    if (verdict.kind === "drop") return "";
    const sequence = `\x1b${verdict.text}${terminator}`;
    switch (verdict.kind) {
      case "copy":
        return this.oncopy(sequence);
      case "notify":
        return this.attention?.notification(sequence) ?? sequence;
      case "show":
        return sequence;
    }
  }

  /** An unfinished sequence or string has no effect. */
  #abort(): void {
    this.#string.clear();
    this.#vt = GROUND;
    this.#out.addByte(NUL);
  }
}

const isString = (state: number): boolean => state > CSI_IGNORE;

/** The end of the whole printable characters, common controls and common sequences from `at` on. */
function plainUntil(bytes: Uint8Array, at: number): number {
  const n = bytes.length;
  while (at < n) {
    const byte = bytes[at]!;
    if (byte === ESC) {
      const end = plainSequenceEnd(bytes, at);
      if (end === at) break;
      at = end;
      continue;
    }
    if (byte < 0x80) {
      if (byte < 0x20 ? byte !== 0x0a && byte !== 0x0d && byte !== 0x09 && byte !== 0x08 : byte === 0x7f) {
        break;
      }
      at++;
      continue;
    }
    const end = characterEnd(bytes, at);
    if (end === at) break;
    at = end;
  }
  return at;
}

/** The end of a CSI of numbers only that passes unchanged and is complete; `at` for any other. Text is full of them. */
function plainSequenceEnd(bytes: Uint8Array, at: number): number {
  if (bytes[at + 1] !== 0x5b) return at;
  const most = Math.min(bytes.length, at + START);
  for (let i = at + 2, digits = 0; i < most; i++) {
    const byte = bytes[i]!;
    if (byte >= 0x30 && byte <= 0x39 && digits < MAX_DIGITS) digits++;
    else if (byte === 0x3a || byte === 0x3b) digits = 0;
    else return isAllowedFinal(byte) ? i + 1 : at;
  }
  return at;
}
