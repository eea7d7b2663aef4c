/**
 * The state table of a VT parser (Paul Williams, https://vt100.net/emu/dec_ansi_parser) with the choices of xterm.js: UTF-8 is decoded
 * first, so a C1 control is a code point, and BEL ends an OSC.
 */

/** The parser's states. `GROUND` is the only one in which a stream may be cut. */
export const GROUND = 0;
export const ESCAPE = 1;
export const ESCAPE_INTERMEDIATE = 2;
export const CSI_ENTRY = 3;
export const CSI_PARAM = 4;
export const CSI_INTERMEDIATE = 5;
export const CSI_IGNORE = 6;
/** SOS and PM strings: ignored up to ST. */
export const IGNORED_STRING = 7;
export const OSC_STRING = 8;
export const DCS_ENTRY = 9;
export const DCS_PARAM = 10;
export const DCS_IGNORE = 11;
export const DCS_INTERMEDIATE = 12;
export const DCS_PASSTHROUGH = 13;

/**
 * The introducers of an APC string: after ESC, and as C1. kitty's pictures are APC strings, so emulators parse them as DCS (`pictures.ts`).
 */
export const APC = { letter: 0x5f, c1: 0x9f } as const;

/** The number of character classes; all code points from U+00A0 on are one class. */
const CLASSES = 0xa1;
const STATES = 14;
const NON_ASCII = 0xa0;

const table = buildTable();

/** The state after `code` (a code point) in `state`. */
export function nextState(state: number, code: number): number {
  return table[state * CLASSES + (code < NON_ASCII ? code : NON_ASCII)]!;
}

/** Whether the parser is inside an escape or control sequence in which C0 controls take effect at once. */
export function runsControls(state: number): boolean {
  return state >= ESCAPE && state <= CSI_IGNORE;
}

/** Whether `code` is a C0 control that neither ends nor begins a sequence. */
export function isPlainControl(code: number): boolean {
  return code < 0x20 && code !== 0x18 && code !== 0x1a && code !== 0x1b;
}

function buildTable(): Uint8Array {
  const t = new Uint8Array(STATES * CLASSES); // whatever is not named leads to GROUND
  const set = (state: number, from: number, to: number, next: number) => {
    t.fill(next, state * CLASSES + from, state * CLASSES + to + 1);
  };
  for (let state = ESCAPE; state < STATES; state++) {
    set(state, 0x00, 0x1f, state);
    set(state, 0x18, 0x18, GROUND);
    set(state, 0x1a, 0x1a, GROUND);
    set(state, 0x7f, 0x7f, state);
  }
  set(ESCAPE, 0x20, 0x2f, ESCAPE_INTERMEDIATE);
  set(ESCAPE, 0x50, 0x50, DCS_ENTRY);
  set(ESCAPE, 0x58, 0x58, IGNORED_STRING);
  set(ESCAPE, 0x5b, 0x5b, CSI_ENTRY);
  set(ESCAPE, 0x5d, 0x5d, OSC_STRING);
  set(ESCAPE, 0x5e, 0x5e, IGNORED_STRING);
  set(ESCAPE, APC.letter, APC.letter, DCS_ENTRY);
  set(ESCAPE_INTERMEDIATE, 0x20, 0x2f, ESCAPE_INTERMEDIATE);

  // CSI and DCS have the same rules for parameters.
  const parameters = (entry: number, param: number, intermediate: number, ignore: number) => {
    for (const state of [entry, param, intermediate]) set(state, 0x20, 0x2f, intermediate);
    set(entry, 0x30, 0x3f, param);
    set(param, 0x30, 0x3b, param);
    set(param, 0x3c, 0x3f, ignore);
    set(intermediate, 0x30, 0x3f, ignore);
  };
  parameters(CSI_ENTRY, CSI_PARAM, CSI_INTERMEDIATE, CSI_IGNORE);
  set(CSI_IGNORE, 0x20, 0x3f, CSI_IGNORE);
  set(CSI_IGNORE, NON_ASCII, NON_ASCII, CSI_IGNORE);
  parameters(DCS_ENTRY, DCS_PARAM, DCS_INTERMEDIATE, DCS_IGNORE);
  for (const state of [DCS_ENTRY, DCS_PARAM, DCS_INTERMEDIATE]) set(state, 0x40, 0x7e, DCS_PASSTHROUGH);

  for (const state of [OSC_STRING, DCS_IGNORE, DCS_PASSTHROUGH]) {
    set(state, 0x20, 0x7e, state);
    set(state, NON_ASCII, NON_ASCII, state);
  }
  set(OSC_STRING, 0x07, 0x07, GROUND);
  set(IGNORED_STRING, 0x20, 0x7e, IGNORED_STRING);

  for (let state = GROUND; state < STATES; state++) {
    set(state, 0x1b, 0x1b, ESCAPE);
    set(state, 0x80, 0x9f, GROUND);
    set(state, 0x90, 0x90, DCS_ENTRY);
    set(state, 0x98, 0x98, IGNORED_STRING);
    set(state, 0x9b, 0x9b, CSI_ENTRY);
    set(state, 0x9d, 0x9d, OSC_STRING);
    set(state, 0x9e, 0x9e, IGNORED_STRING);
    set(state, APC.c1, APC.c1, DCS_ENTRY);
  }
  return t;
}
