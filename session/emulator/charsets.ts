/** The character sets (ISO 2022) of an emulator, by their designators. */

import type { Charset, Emulator } from "./xterm_internals.ts";

/** Designators that xterm.js knows, but for `B` (ASCII), which it keeps as none. */
const NAMES = ["0", "A", "4", "C", "R", "Q", "K", "Y", "E", "Z", "H", "="];

const tables = new WeakMap<Emulator, Map<Charset, string>>();

/** The designator of a charset that the emulator holds; `B` for none. */
function charsetName(emulator: Emulator, charset: Charset | undefined): string {
  if (!charset) return "B";
  let names = tables.get(emulator);
  if (!names) tables.set(emulator, names = probe(emulator));
  return names.get(charset) ?? "B";
}

/** Learns which object stands for which designator: xterm.js does not export its tables. Leaves the emulator as it was. */
function probe(emulator: Emulator): Map<Charset, string> {
  const service = emulator._charsetService;
  const { charset, glevel } = service;
  const [g0] = service._charsets;
  const names = new Map<Charset, string>();
  for (const name of NAMES) {
    emulator._inputHandler.selectCharset(`(${name}`);
    const table = service._charsets[0];
    if (table && !names.has(table)) names.set(table, name);
  }
  service._charsets[0] = g0;
  service.glevel = glevel;
  service.charset = charset;
  return names;
}

/** What the charsets G0 to G3 are (`undefined`: ASCII), and which of them is in force. */
export interface Charsets {
  readonly sets: readonly (Charset | undefined)[];
  readonly level: number;
}

export const ASCII: Charsets = { sets: [], level: 0 };

/** A copy of those that the emulator has now. */
export function charsetsOf({ _charsetService: service }: Emulator): Charsets {
  return { sets: [...service._charsets], level: service.glevel };
}

/** Sequences that bring G0 to G3 and what is shifted in back, from a terminal where all are ASCII. */
export function charsetSequence(emulator: Emulator, { sets, level }: Charsets): string {
  let out = "";
  ["(", ")", "*", "+"].forEach((g, i) => {
    const name = charsetName(emulator, sets[i]);
    if (name !== "B") out += `\x1b${g}${name}`;
  });
  return out + (["", "\x0e", "\x1bn", "\x1bo"][level] ?? "");
}

/** Makes all of them ASCII again. */
export const PLAIN = "\x1b(B\x1b)B\x1b*B\x1b+B\x0f";

/**
 * What to print for `text` to come out where the charset in force printed it: a charset may hold letters that it prints as
 * others (the Dutch one has `|` for `]`, and `f` for `|`).
 */
export function asPrinted(emulator: Emulator, text: string): string {
  const charset = emulator._charsetService.charset;
  if (!charset) return text;
  const keyOf = (letter: string) => Object.keys(charset).find((key) => charset[key] === letter);
  return [...text].map((letter) => charset[letter] ? keyOf(letter) ?? letter : letter).join("");
}
