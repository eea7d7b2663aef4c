/**
 * All persistent state that a program can set in a terminal: a snapshot must carry it, a terminal must have its defaults before a snapshot
 * is written, and a person's terminal is reset to them when the session leaves it. One test checks the table in the emulator, another the
 * output to a real terminal.
 */

/** Tab stops in a window of 1,000 columns, the widest screen. */
const MAX_TABS = 125;

/** One item of state. */
export interface StateEntry {
  /** As in xterm's control sequences (https://invisible-island.net/xterm/ctlseqs/ctlseqs.html). */
  readonly name: string;
  /** Sets it in a new terminal of 80 x 24 to another than its initial value. */
  readonly set: string;
  /**
   * Resets it to its initial value, and changes nothing else but the cursor's place and the text attributes. Terminals that do not know it
   * ignore it.
   */
  readonly undo: string;
  /** Whether a snapshot carries it; otherwise the reason why not. */
  readonly snapshot: true | string;
}

/** A private mode that is off in a new terminal, or `on`. */
function mode(number: number, what: string, snapshot: true | string = true, on = false): StateEntry {
  const [set, undo] = on ? ["l", "h"] : ["h", "l"];
  return {
    name: `?${number}, ${what}`,
    set: `\x1b[?${number}${set}`,
    undo: `\x1b[?${number}${undo}`,
    snapshot,
  };
}

/** Runs `sequence` on the hidden screen; the cursor and the content of the visible one stay. */
function onAlternate(sequence: string): string {
  return `\x1b[?47h${sequence}\x1b[?47l`;
}

const NO_CHARSETS = "\x1b(B\x1b)B\x1b*B\x1b+B\x0f";
/** Resets margins and origin mode first: without them the cursor may go anywhere. */
const SAVE_HOME = `\x1b[?6l\x1b[r\x1b[m${NO_CHARSETS}\x1b[H\x1b7`;
/** More than any stack holds (kitty: 8 levels). */
const POP_KEYS = "\x1b[=0u\x1b[<99u";
const MOUSE = "\x1b[?9l\x1b[?1000l\x1b[?1002l\x1b[?1003l";

export const TERMINAL_STATE: readonly StateEntry[] = [
  mode(1, "cursor keys send SS3"),
  mode(5, "reverse video"),
  { name: "?6, origin within the margins", set: "\x1b[3;9r\x1b[?6h", undo: "\x1b[?6l\x1b[r", snapshot: true },
  mode(7, "autowrap", true, true),
  mode(12, "the cursor blinks"),
  mode(25, "the cursor is shown", true, true),
  mode(45, "reverse wraparound"),
  mode(66, "the keypad sends SS3"),
  mode(69, "left and right margins"),
  mode(80, "sixel pictures do not scroll"),
  mode(1004, "focus reports"),
  mode(1005, "mouse reports in UTF-8"),
  mode(1007, "the wheel sends cursor keys on the alternate screen"),
  mode(1015, "mouse reports in decimal"),
  mode(1034, "Meta sets the eighth bit"),
  mode(1042, "a bell asks for attention"),
  mode(2004, "bracketed paste"),
  mode(2026, "synchronized output", "it lasts for a moment, and must not hold up what shows the snapshot"),
  mode(2027, "grapheme clusters"),
  mode(2031, "reports of the colour scheme"),
  mode(2048, "reports of the size"),
  ...[[9, "presses"], [1000, "presses and releases"], [1002, "drags"], [1003, "all motion"]].map(
    ([number, what]) => ({
      name: `?${number}, mouse reports: ${what}`,
      set: `\x1b[?${number}h`,
      undo: MOUSE,
      snapshot: true as const,
    }),
  ),
  { name: "?1006, mouse reports as SGR", set: "\x1b[?1006h", undo: "\x1b[?1006l", snapshot: true },
  { name: "?1016, mouse reports in pixels", set: "\x1b[?1016h", undo: "\x1b[?1016l", snapshot: true },
  { name: "4, insert mode", set: "\x1b[4h", undo: "\x1b[4l", snapshot: true },
  { name: "20, a line feed also returns", set: "\x1b[20h", undo: "\x1b[20l", snapshot: true },
  { name: "application keypad", set: "\x1b=", undo: "\x1b>", snapshot: true },
  { name: "scroll region", set: "\x1b[3;9r", undo: "\x1b[r", snapshot: true },
  {
    name: "tab stops",
    set: "\x1b[3g\x1b[6G\x1bH",
    // Few terminals support DECST8C, so each stop is set by itself. In the last column, where this ends, a tab stops even without a tab
    // stop.
    undo: "\r\x1b[3g" + "\x1bH\x1b[8C".repeat(MAX_TABS) + "\x1b[g",
    snapshot: true,
  },
  { name: "character sets", set: "\x1b(0\x1b)4\x1b*A\x1b+K\x0e", undo: NO_CHARSETS, snapshot: true },
  { name: "cursor shape", set: "\x1b[5 q", undo: "\x1b[0 q", snapshot: true },
  { name: "attributes", set: "\x1b[1;3;4;31;45m", undo: "\x1b[m", snapshot: true },
  { name: "hyperlink", set: "\x1b]8;;http://example.com\x1b\\", undo: "\x1b]8;;\x1b\\", snapshot: true },
  { name: "protected text", set: '\x1b[1"q', undo: '\x1b[0"q', snapshot: true },
  { name: "saved cursor", set: "\x1b[5;9H\x1b[31m\x1b(0\x1b7", undo: SAVE_HOME, snapshot: true },
  {
    name: "saved cursor of the alternate screen",
    set: onAlternate("\x1b[5;9H\x1b[31m\x1b7"),
    undo: onAlternate(SAVE_HOME),
    snapshot: true,
  },
  { name: "alternate screen", set: "\x1b[?1049h", undo: "\x1b[?1049l", snapshot: true },
  { name: "title", set: "\x1b]2;a title\x1b\\", undo: "\x1b]2;\x1b\\", snapshot: true },
  { name: "icon's title", set: "\x1b]1;an icon\x1b\\", undo: "\x1b]1;\x1b\\", snapshot: true },
  {
    name: "saved titles",
    set: "\x1b]0;one\x1b\\\x1b[22;0t\x1b]0;\x1b\\",
    undo: "\x1b[23;0t\x1b]0;\x1b\\",
    snapshot: true,
  },
  { name: "keyboard flags", set: "\x1b[>5u\x1b[>1u", undo: POP_KEYS, snapshot: true },
  {
    name: "keyboard flags of the alternate screen",
    set: onAlternate("\x1b[>5u"),
    undo: onAlternate(POP_KEYS),
    snapshot: true,
  },
  { name: "keys with modifiers", set: "\x1b[>4;2m", undo: "\x1b[>4m", snapshot: true },
  { name: "colours of the palette", set: "\x1b]4;1;#123456\x1b\\", undo: "\x1b]104\x1b\\", snapshot: true },
  {
    name: "foreground, background, cursor",
    set: "\x1b]10;#111111\x1b\\\x1b]11;#222222\x1b\\\x1b]12;#333333\x1b\\",
    undo: "\x1b]110\x1b\\\x1b]111\x1b\\\x1b]112\x1b\\",
    snapshot: true,
  },
  {
    name: "highlight",
    set: "\x1b]17;#111111\x1b\\\x1b]19;#222222\x1b\\",
    undo: "\x1b]117\x1b\\\x1b]119\x1b\\",
    snapshot: true,
  },
  {
    name: "shape of the mouse's pointer",
    set: "\x1b]22;text\x1b\\",
    undo: "\x1b]22;\x1b\\",
    snapshot: "programs set it when the pointer moves, each time anew",
  },
  {
    name: "progress",
    set: "\x1b]9;4;1;50\x1b\\",
    undo: "\x1b]9;4;0\x1b\\",
    snapshot: "the program says it again as it goes on",
  },
];
