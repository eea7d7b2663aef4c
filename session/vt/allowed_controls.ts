/**
 * The escape and control sequences that pass to a viewer's terminal: those that draw, and the modes that a program may need, each of which
 * `cli/terminal/tty_modes.ts` resets. Any other could lock, move or reprogram the terminal, or make it answer. `PROTOCOL.md` has the table.
 */
import type { Control } from "./queries.ts";

/** C0 controls that affect a screen. */
const CONTROLS = new Set([0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f]);

/** Whether this C0 control passes. */
export function isAllowedControl(code: number): boolean {
  return CONTROLS.has(code);
}

/** `ESC` and a letter, or intermediates and a letter: cursor, tab stops, RIS, keypad, charsets, ST alone, double lines, DECALN, S7C1T, UTF-8. */
const ESCAPES = new Set([..."78DEHMc=>no|}~\\", "#3", "#4", "#5", "#6", "#8", " F", "%G"]);
/** `ESC ( B` and the like: designate a charset as G0 to G3. */
const DESIGNATION = /^[()*+./-][0-9A-Za-z=<>]$/;

/** CSI functions, as prefix, intermediates and final. */
const CSI = new Set([
  ..."@ABCDEFGHIJKLMPSTXZ`abdefgjkm^rsu", // cursor, editing, erasing, tab stops, looks, margins, the saved cursor
  ...["?J", "?K", '"q', " @", " A", "'}", "'~", "?W"], // what is protected, columns, tab stops
  ...["$r", "$t", "$v", "$x", "$z", "${"], // rectangles
  ...["#{", "#}", "#p", "#q", "#P", "#Q"], // stacks of looks and colours
  ...[" q", "!p", ">m", ">u", "<u", "=u"], // cursor shape, soft reset, keyboards of xterm and kitty
]);

/** Whether `CSI`, numbers below {@link LARGEST} and this final byte pass unchanged. */
export function isAllowedFinal(byte: number): boolean {
  return FINALS[byte] === 1;
}
const FINALS = Uint8Array.from({ length: 256 }, (_, byte) => CSI.has(String.fromCharCode(byte)) ? 1 : 0);

/**
 * Private modes (DECSET), and whether a terminal starts with them on. Not among them: modes that lock or remap keys (8, 67, 1034 to 1039,
 * 9001), resize the window (3, 40), print (18, 19), demand attention (1042, 1043), wait for an answer (1001), or report events that nobody
 * typed (2031, 2048, 5522).
 */
export const PRIVATE_MODES: ReadonlyMap<number, boolean> = new Map([
  [1, false], // cursor keys send SS3
  [5, false], // reverse video
  [6, false], // origin at the scroll region
  [7, true], // autowrap
  [9, false], // mouse: presses
  [12, false], // the cursor blinks
  [25, true], // the cursor is visible
  [45, false], // reverse wraparound
  [66, false], // keypad sends SS3
  [69, false], // left and right margins
  [80, false], // sixel pictures do not scroll
  [1000, false], // mouse: presses and releases
  [1002, false], // mouse: drags
  [1003, false], // mouse: all motion
  [1004, false], // focus events
  [1005, false], // mouse encodings
  [1006, false],
  [1007, false], // the wheel sends arrows on the alternate screen
  [1015, false],
  [1016, false],
  [2004, false], // bracketed paste
  [2026, false], // synchronised output
  [2027, false], // grapheme clusters
]);
/** Modes that show the alternate screen, and the one that saves the cursor. */
const SCREENS = new Set([47, 1047, 1048, 1049]);
/** Modes without `?`: insert, and line feed with carriage return. */
const PLAIN_MODES = new Set([4, 20]);
/** XTWINOPS that save and restore the window's title. */
export const PUSH_TITLE = /^22(;[02]?)?$/;
export const POP_TITLE = /^23(;[02]?)?$/;

/** The most digits of a parameter: no screen is larger, and emulators execute some counts one by one. */
export const MAX_DIGITS = 4;
const LARGE_NUMBER = new RegExp(`\\d{${MAX_DIGITS + 1},}`, "g");
const LARGEST = "9".repeat(MAX_DIGITS);

/** What the terminal gets in place of a sequence; null: nothing. */
export function allowedControl(control: Control): string | null {
  const { csi, prefix, params, intermediates, final } = control;
  if (!csi) {
    // Both select the default charsets again; but a terminal that leaves UTF-8 interprets bytes as controls.
    const rest = intermediates === "%" ? intermediates + final.replace("@", "G") : intermediates + final;
    return prefix === "" && params === "" && (ESCAPES.has(rest) || DESIGNATION.test(rest))
      ? `\x1b${rest}`
      : null;
  }
  const name = prefix + intermediates + final;
  if (name === "h" || name === "l") return withModes(control, (mode) => PLAIN_MODES.has(mode));
  if (name === "?h" || name === "?l") {
    return withModes(control, (mode) => PRIVATE_MODES.has(mode) || SCREENS.has(mode));
  }
  const passes = name === "t" ? PUSH_TITLE.test(params) || POP_TITLE.test(params) : CSI.has(name);
  return passes ? `\x1b[${prefix}${params.replace(LARGE_NUMBER, LARGEST)}${intermediates}${final}` : null;
}

function withModes({ prefix, params, final }: Control, passes: (mode: number) => boolean): string | null {
  const modes = params.split(";").filter((mode) => /^\d+$/.test(mode) && passes(Number(mode)));
  return modes.length === 0 ? null : `\x1b[${prefix}${modes.join(";")}${final}`;
}
