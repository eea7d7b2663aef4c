/** The key that begins a command to `beach join` itself: its name, and the bytes that terminals send for it. Pure. */

/** Ctrl-^ (0x1e), mosh's choice. vim uses it to switch files: without a command after it, it goes to the session. */
export const DEFAULT_ESCAPE = 0x1e;

/** The longest `CSI … u` of a key: three numbers with sub-numbers. */
const LONGEST = 64;

/** The key's name for people: `Ctrl-^`. */
export function escapeName(key: number): string {
  return `Ctrl-${String.fromCharCode(key + 0x40)}`;
}

/** One key press as a terminal sent it. */
export interface Press {
  /** The code point without modifiers; for a legacy control byte the byte itself. */
  readonly code: number;
  /** Whether Ctrl was reported; a legacy control byte does not report it. */
  readonly ctrl: boolean;
}

/** The press of a key that was sent as a plain byte. */
export function plainPress(byte: number): Press {
  return { code: byte, ctrl: false };
}

/**
 * The press in one whole sequence: kitty's `CSI code;modifiers u` or xterm's `CSI 27;modifiers;code ~`, which the terminal sends for Ctrl-^
 * when a program has requested them. Null for keys that are no character.
 */
export function pressOf(sequence: Uint8Array): Press | null {
  const text = String.fromCharCode(...sequence.subarray(0, LONGEST));
  // deno-lint-ignore no-control-regex -- it is about an escape sequence
  const kitty = /^\x1b\[(\d+)(?::(\d*))?(?::\d*)?(?:;(\d*)(?::\d)?)?(?:;[\d:]*)?u$/.exec(text);
  if (kitty) {
    // Modifiers are sent plus 1: shift 1, alt 2, ctrl 4 (in kitty's and xterm's documents).
    const bits = Math.max(0, Number(kitty[3] || 1) - 1);
    const shifted = (bits & 1) !== 0 && kitty[2] ? Number(kitty[2]) : undefined;
    return character(shifted ?? Number(kitty[1]), (bits & 4) !== 0);
  }
  // deno-lint-ignore no-control-regex -- it is about an escape sequence
  const other = /^\x1b\[27;(\d+);(\d+)~$/.exec(text);
  return other && character(Number(other[2]), ((Number(other[1]) - 1) & 4) !== 0);
}

function character(code: number, ctrl: boolean): Press | null {
  return code <= 0x10ffff ? { code, ctrl } : null;
}

/** Whether `press` is the key that sends the byte `key`. */
export function isKey(press: Press, key: number): boolean {
  if (!press.ctrl) return press.code === key;
  const upper = press.code >= 0x61 && press.code <= 0x7a ? press.code - 0x20 : press.code;
  // Ctrl-^ is Ctrl-6 on most keyboards, and kitty reports the key by its unshifted character.
  return upper === key + 0x40 || (key === DEFAULT_ESCAPE && press.code === 0x36);
}
