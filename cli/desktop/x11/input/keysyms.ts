/** What keys say: `KeyboardEvent.key` and the keysyms of X (X11/keysymdef.h). Pure. */
import { legacyKeysyms } from "../connection/x11_client.ts";

/** Keysyms of characters outside of Latin-1 are their code points plus this. */
const UNICODE = 0x0100_0000;

export const SHIFT_L = 0xffe1;
export const LEVEL3_SHIFT = 0xfe03;

/** Keys with names that say nothing, or are typed otherwise: dead keys and input methods come as text, locks are in what the keys say. */
const SILENT = new Set(["Dead", "Process", "Unidentified", "CapsLock", "NumLock", "Compose"]);

/** Named keys, with the keysym of the left one where there are two. */
const NAMED: Readonly<Record<string, number>> = {
  ...{ Backspace: 0xff08, Tab: 0xff09, Clear: 0xff0b, Enter: 0xff0d, Pause: 0xff13, ScrollLock: 0xff14 },
  ...{ Escape: 0xff1b, Home: 0xff50, ArrowLeft: 0xff51, ArrowUp: 0xff52, ArrowRight: 0xff53 },
  ...{ ArrowDown: 0xff54, PageUp: 0xff55, PageDown: 0xff56, End: 0xff57, PrintScreen: 0xff61 },
  ...{ Insert: 0xff63, Undo: 0xff65, ContextMenu: 0xff67, Find: 0xff68, Cancel: 0xff69, Help: 0xff6a },
  ...{ Shift: SHIFT_L, Control: 0xffe3, Alt: 0xffe9, Meta: 0xffeb, AltGraph: LEVEL3_SHIFT, Delete: 0xffff },
  ...{ AudioVolumeDown: 0x1008ff11, AudioVolumeMute: 0x1008ff12, AudioVolumeUp: 0x1008ff13 },
  ...{ MediaPlayPause: 0x1008ff14, MediaStop: 0x1008ff15, MediaTrackPrevious: 0x1008ff16 },
  ...{ MediaTrackNext: 0x1008ff17, BrowserBack: 0x1008ff26, BrowserForward: 0x1008ff27 },
};

/** Keys whose place makes another keysym of the same name. */
const BY_PLACE: Readonly<Record<string, number>> = {
  ...{ ShiftRight: 0xffe2, ControlRight: 0xffe4, AltRight: 0xffea, MetaRight: 0xffec, NumpadEnter: 0xff8d },
};

const F1 = 0xffbe;

/** The keysym of what a key says: a character or a name. Undefined for what is no key by itself. */
export function keysymOf(key: string, code: string): number | undefined {
  if (SILENT.has(key)) return undefined;
  if (isCharacter(key)) return keysymOfCharacter(key);
  const named = NAMED[key];
  if (named !== undefined) return key === "AltGraph" ? named : BY_PLACE[code] ?? named;
  const [, number] = /^F([1-9]|1[0-9]|2[0-4])$/.exec(key) ?? [];
  return number === undefined ? undefined : F1 + Number(number) - 1;
}

/** Whether `key` is what a key types, and no name. */
export function isCharacter(key: string): boolean {
  return [...key].length === 1;
}

/** The keysym of one character; line breaks and tabs are those of the keys. Undefined for other control characters. */
export function keysymOfCharacter(character: string): number | undefined {
  const point = character.codePointAt(0)!;
  if (character === "\n" || character === "\r") return NAMED.Enter;
  if (character === "\t") return NAMED.Tab;
  if (point < 0x20 || (point >= 0x7f && point < 0xa0)) return undefined;
  // A surrogate alone is no character.
  if (point >= 0xd800 && point < 0xe000) return undefined;
  return point < 0x100 ? point : UNICODE + point;
}

let legacy: ReadonlyMap<number, number> | undefined;

/** One number for keysyms that mean the same character: the table has names for some 750 that Unicode has too, as Cyrillic_a. */
export function canonicalKeysym(keysym: number): number {
  if (keysym < 0x100 || keysym >= 0xfd00) return keysym;
  legacy ??= legacyKeysyms();
  return legacy.get(keysym) ?? keysym;
}

/** Whether two keysyms are the small and the capital letter of one key, as Caps Lock turns them. */
export function isLetterPair(small: number, capital: number): boolean {
  const [one, other] = [characterOf(small), characterOf(capital)];
  return one !== undefined && other !== undefined && one !== other && one.toUpperCase() === other;
}

function characterOf(keysym: number): string | undefined {
  const same = canonicalKeysym(keysym);
  if (same >= 0x20 && same < 0x100) return String.fromCodePoint(same);
  if (same > UNICODE && same <= UNICODE + 0x10_ffff) return String.fromCodePoint(same - UNICODE);
  return undefined;
}
