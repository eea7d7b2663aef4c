/** Sequences that restore a terminal to what shells expect, for each thing that programs may have set. */
import { PRIVATE_MODES } from "../../session/vt/allowed_controls.ts";
import { PLAIN } from "../../session/emulator/charsets.ts";
import { RESET_COLOURS } from "../../session/render/terminal_modes.ts";

/**
 * Private modes (xterm's ctlseqs), and whether a terminal starts with them on: those that pass to a viewer's terminal, and more that the
 * host's own programs may set in the host's.
 */
const PRIVATE: ReadonlyMap<number, boolean> = new Map([
  ...PRIVATE_MODES,
  [3, false], // 132 columns
  [4, false], // smooth scrolling
  [8, true], // keys repeat
  [40, false], // mode 3 counts
  [67, false], // Backspace sends BS
  [1001, false], // mouse: highlighting
  [1034, false], // Meta sets the eighth bit
  [1036, true], // Meta sends ESC
  [1039, false], // Alt sends ESC
  [1042, false], // a bell asks for attention
  [1043, false], // a bell raises the window
  [2031, false], // colour scheme reports
  [2048, false], // size reports
  [5522, false], // paste events
  [9001, false], // keys as Windows has them
]);
/** Modes without `?`: keyboard locked, insert, no local echo, line feed with carriage return. */
const ANSI: ReadonlyMap<number, boolean> = new Map([[2, false], [4, false], [12, true], [20, false]]);
/** xterm's last key resource (`CSI > Pp ; Pv m`); a limit, because each number is remembered and reset on leaving. */
export const MAX_RESOURCE = 7;
/** Modes that show the alternate screen. */
export const ALTERNATE = new Set([47, 1047, 1049]);

/** Whether a mode is on when a terminal starts; undefined for an unknown mode. */
export function startsOn(isPrivate: boolean, mode: number): boolean | undefined {
  return (isPrivate ? PRIVATE : ANSI).get(mode);
}

/** The state in which a terminal was left. */
export interface Left {
  /** Inside a sequence or a string. */
  unfinished: boolean;
  /** Modes that differ from a new terminal's, and whether they are on: `?2004`, `4`. */
  readonly modes: ReadonlyMap<string, boolean>;
  readonly alternate: number | null;
  /** Keyboard modes on each screen's stack (kitty's protocol). */
  readonly keyboards: { readonly normal: number; readonly alternate: number };
  /** Resources of xterm's `CSI > Pp ; Pv m` that were set. */
  readonly keys: ReadonlySet<number>;
  /** Titles saved above the first. */
  readonly titles: number;
  readonly other: ReadonlySet<Other>;
}

/** State with a reset sequence of its own, in this order. */
const OTHERS = {
  protection: '\x1b[0"q',
  keypad: "\x1b>",
  charset: PLAIN,
  "cursor shape": "\x1b[0 q",
  colours: `\x1b]105\x1b\\${RESET_COLOURS}`,
  progress: "\x1b]9;4;0\x1b\\",
  pointer: "\x1b]22;\x1b\\",
  "eight bits": "\x1b F",
  "no UTF-8": "\x1b%G",
  printer: "\x1b[4i",
  "programmed keys": "\x1bP0;1|\x1b\\",
  "pointer hiding": "\x1b[>1p",
  "title modes": "\x1b[>T",
} as const;
export type Other = keyof typeof OTHERS | "region" | "tabs" | "alternate cursor";

/** The most keyboard modes on a stack; kitty keeps fewer. */
const MAX_KEYBOARDS = 64;
/** What a string sets or resets, by its introducer and the beginning of its content. */
export function setByString(start: string): readonly [what: Other, on: boolean] | undefined {
  // OSC 4 and 10 to 19 set colours, unless they ask for them.
  if (/^\](?:[45];\d+;|1\d;)\?/.test(start)) return undefined;
  if (/^\](?:4;|1\d;|5;)/.test(start)) return ["colours", true];
  if (/^\]9;4;/.test(start)) return ["progress", !/^\]9;4;0/.test(start)];
  if (/^\]22;?/.test(start)) return ["pointer", start.length > 4];
  return /^P[\d;]*\|/.test(start) ? ["programmed keys", true] : undefined;
}

/** The distance of tab stops, in columns. */
const TAB = 8;

/** Resets everything that a viewer's terminal may have got, if it is harmless to reset it in vain: for use when the state is unknown. */
export function undoAll(): string {
  return undo({
    unfinished: true,
    modes: new Map([...PRIVATE_MODES].map(([mode, first]) => [`?${mode}`, !first])),
    alternate: 1049,
    // More than terminals keep: all of them.
    keyboards: { normal: MAX_KEYBOARDS, alternate: MAX_KEYBOARDS },
    keys: new Set(),
    titles: 0,
    other: new Set(["region", "keypad", "charset", "cursor shape"]),
  }, TAB);
}

/** Resets it in a terminal of `cols` columns; the cursor stays. */
export function undo(left: Left, cols: number): string {
  const sequences: string[] = [];
  const add = (sequence: string, when = true) => void (when && sequences.push(sequence));
  const { modes, alternate, keyboards, other } = left;
  // CAN ends an incomplete sequence, and ST a string, for terminals that treat CAN as part of it.
  add("\x18\x1b\\", left.unfinished);
  // First the state that affects how the other sequences are read.
  for (const name of ["eight bits", "no UTF-8", "printer"] as const) add(OTHERS[name], other.has(name));
  // Both belong to the alternate screen, and can only be reset there.
  const keys = keyboards.alternate > 0 ? `\x1b[=0u\x1b[<${keyboards.alternate}u` : "";
  const cursor = other.has("alternate cursor") ? `\x1b[?6l\x1b[r\x1b[m${PLAIN}\x1b[H\x1b7` : "";
  if (alternate !== null) add(keys + cursor);
  else add(`\x1b[?47h${keys}${cursor}\x1b[?47l`, keys + cursor !== "");
  for (const [name, on] of modes) add(`\x1b[${name}${on ? "l" : "h"}`, name !== "?6");
  add(`\x1b[?${alternate}l`, alternate !== null);
  // These move the cursor, so they are between a save and a restore of it.
  if (modes.has("?6")) add("\x1b[?6l\x1b[r\x1b[9999H"); // a saved cursor would bring it back; the next line is below all others
  else add("\x1b7\x1b[?6l\x1b[r\x1b8", other.has("region"));
  const stops = `\x1bH${`\x1b[${TAB}C\x1bH`.repeat(Math.floor((cols - 1) / TAB))}`;
  add(`\x1b7\r\x1b[3g${stops}\x1b8\x1b[?5W`, other.has("tabs"));
  add(`\x1b[=0u\x1b[<${keyboards.normal}u`, keyboards.normal > 0);
  for (const resource of left.keys) add(`\x1b[>${resource}m`);
  for (const [name, sequence] of Object.entries(OTHERS)) {
    if (!/^(eight bits|no UTF-8|printer)$/.test(name)) add(sequence, other.has(name as Other));
  }
  add("\x1b[23;0t".repeat(left.titles));
  return sequences.join("") + "\x0f\x1b]8;;\x1b\\\x1b[0m";
}
