/** Finds where a stream of terminal output may be cut: an incremental scanner over raw bytes. */

import { continuations, isContinuation, isDropped } from "./utf8.ts";
import { GROUND, IGNORED_STRING, isPlainControl, nextState, OSC_STRING, runsControls } from "./vt_states.ts";

/**
 * The longest unfinished sequence that is kept, in bytes. A string (OSC, DCS) may be megabytes long; beyond this limit a terminal that
 * resumes is made to ignore the rest of it, see {@link Boundary.resume}.
 */
export const MAX_UNFINISHED = 64 * 1024;

/** Introduces the rest of such a string: a function of a DCS, and of an OSC, that no terminal has. */
export const CUT_DCS = "\x1bP=B";
export const CUT_OSC = 9_999_999;

/** Bytes `[from, to)` of a stream that are not valid UTF-8. */
export interface Broken {
  readonly from: number;
  readonly to: number;
  /** Whether they are in text, not in a sequence. */
  readonly printed: boolean;
}

/**
 * Follows a stream byte by byte. The stream is at ground where neither an escape sequence nor a UTF-8 sequence is unfinished; a snapshot or
 * a self-contained frame may begin only there.
 */
export class Boundary {
  #state = GROUND;
  #offset = 0;
  #lastCut = 0;
  /** Continuation bytes still missing, of `#length` bytes in all; `#code` has the bits so far. */
  #missing = 0;
  #length = 0;
  #lead = 0;
  #code = 0;
  #broken: Broken[] = [];
  #kept = new Uint8Array(64);
  #size = 0;
  #overflow = false;

  /** `offset`: the stream offset of the next byte, which must be at ground. */
  constructor(offset = 0) {
    this.#offset = this.#lastCut = offset;
  }

  /** The stream offset after the bytes seen. */
  get offset(): number {
    return this.#offset;
  }
  /** The last offset at which the stream was at ground. */
  get lastCut(): number {
    return this.#lastCut;
  }
  /** Whether the stream may be cut at the current offset. */
  get atGround(): boolean {
    return this.#state === GROUND && this.#missing === 0;
  }
  /** The parser's state, one of the constants of `vt_states.ts`. */
  get state(): number {
    return this.#state;
  }
  /** The length of an unfinished UTF-8 sequence at the end: 0 to 3 bytes. */
  get partialCharacter(): number {
    return this.#missing === 0 ? 0 : this.#length - this.#missing;
  }

  /** The invalid UTF-8 in the bytes of the last {@link push}, and in a character that they ended; in order. */
  get broken(): readonly Broken[] {
    return this.#broken;
  }

  /**
   * Scans the next bytes. Returns how many of them come before the last place where the stream may be cut, or -1 if there is no such place
   * among them (0: before the first).
   */
  push(bytes: Uint8Array): number {
    const start = this.#offset;
    let cut = this.atGround ? 0 : -1;
    const n = bytes.length;
    if (this.#broken.length > 0) this.#broken = [];
    for (let i = 0; i < n;) {
      if (this.#state === GROUND && this.#missing === 0) {
        let b = 0;
        while (i < n && (b = bytes[i]!) < 0x80 && b !== 0x1b) i++;
        cut = i;
        if (i === n) break;
      }
      this.#step(bytes[i]!, start + i);
      i++;
      if (this.#state === GROUND && this.#missing === 0) {
        cut = i;
        this.#size = 0;
        this.#overflow = false;
      }
    }
    this.#offset = start + n;
    if (cut >= 0) this.#lastCut = start + cut;
    return cut;
  }

  /**
   * Bytes that bring a parser from ground to the current state; empty at ground. They are the bytes since the last cut, without what has
   * taken effect already: controls inside the sequence, and sequences that an ESC has ended. For a string longer than {@link
   * MAX_UNFINISHED} only an introducer that makes the rest be ignored (`pictures.ts` recognises it).
   */
  resume(): Uint8Array {
    if (!this.#overflow) return this.#kept.slice(0, this.#size);
    if (this.#state === OSC_STRING) return new TextEncoder().encode(`\x1b]${CUT_OSC};`);
    return new TextEncoder().encode(this.#state === IGNORED_STRING ? "\x1bX" : CUT_DCS);
  }

  /** The bytes seen so far end at `offset` of the stream, because they were a snapshot of it. */
  rebase(offset: number): void {
    this.#lastCut += offset - this.#offset;
    this.#offset = offset;
  }

  /** `offset`: the stream offset of the byte. */
  #step(byte: number, offset: number): void {
    if (this.#missing > 0) {
      if (isContinuation(this.#lead, this.partialCharacter, byte)) {
        this.#keep(byte);
        this.#code = (this.#code << 6) | (byte & 0x3f);
        if (--this.#missing === 0 && !isDropped(this.#code)) {
          this.#state = nextState(this.#state, this.#code);
        }
        return;
      }
      this.#size -= this.partialCharacter;
      this.#break(offset - this.partialCharacter, offset);
      this.#missing = 0; // and this byte is interpreted anew
    }
    if (byte < 0x80) {
      const before = this.#state;
      this.#state = nextState(before, byte);
      if (byte === 0x1b) {
        this.#size = 0;
        this.#overflow = false;
      }
      if (!(runsControls(before) && isPlainControl(byte))) this.#keep(byte);
      return;
    }
    const missing = continuations(byte);
    if (missing === 0) return this.#break(offset, offset + 1);
    this.#keep(byte);
    this.#lead = byte;
    this.#missing = missing;
    this.#length = missing + 1;
    this.#code = byte & (0x3f >> missing);
  }

  #break(from: number, to: number): void {
    this.#broken.push({ from, to, printed: this.#state === GROUND });
  }

  #keep(byte: number): void {
    if (this.#size >= MAX_UNFINISHED) this.#overflow = true;
    if (this.#overflow) return;
    if (this.#size === this.#kept.length) {
      const larger = new Uint8Array(this.#size * 2);
      larger.set(this.#kept);
      this.#kept = larger;
    }
    this.#kept[this.#size++] = byte;
  }
}
