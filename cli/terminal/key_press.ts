/** The key that begins a command to `beach join` itself: its name, and how terminals send it. Pure. */

/** Ctrl-^ (0x1e): mosh's choice. vim has it for the other file: without a command after it, it goes there. */
export const DEFAULT_ESCAPE = 0x1e;

/** The longest `CSI … u` that a key makes: three numbers with sub-numbers. */
const LONGEST = 64;

/** What a person calls it: `Ctrl-^`. */
export function escapeName(key: number): string {
  return `Ctrl-${String.fromCharCode(key + 0x40)}`;
}

/** One key press as a terminal sent it. */
export interface Press {
  /** The character without its modifiers, as a code point; of a legacy control byte the byte itself. */
  readonly code: number;
  /** Pressed with Ctrl, and told so: a legacy control byte tells nothing. */
  readonly ctrl: boolean;
}

/** A key that was sent as it stands. */
export function plainPress(byte: number): Press {
  return { code: byte, ctrl: false };
}

/**
 * The key of one whole sequence: kitty's `CSI code;modifiers u` or xterm's `CSI 27;modifiers;code ~`. A program that switched those on gets
 * Ctrl-^ in that form, and so do we. Null for keys that are no character.
 */
export function pressOf(sequence: Uint8Array): Press | null {
  const text = String.fromCharCode(...sequence.subarray(0, LONGEST));
  // deno-lint-ignore no-control-regex -- it is about an escape sequence
  const kitty = /^\x1b\[(\d+)(?::(\d*))?(?::\d*)?(?:;(\d*)(?::\d)?)?(?:;[\d:]*)?u$/.exec(text);
  if (kitty) {
    // Modifiers are sent plus 1: shift 1, alt 2, ctrl 4 (kitty's and xterm's documents agree).
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
  // Ctrl-^ is Ctrl-6 on most keyboards, and kitty names the key by its unshifted character.
  return upper === key + 0x40 || (key === DEFAULT_ESCAPE && press.code === 0x36);
}
