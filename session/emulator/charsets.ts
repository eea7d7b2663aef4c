/** The character sets (ISO 2022) of an emulator, by their designators. */

import type { Charset, Emulator } from "./xterm_internals.ts";

/** Designators that xterm.js knows, except `B` (ASCII), which it represents by undefined. */
const NAMES = ["0", "A", "4", "C", "R", "Q", "K", "Y", "E", "Z", "H", "="];

const tables = new WeakMap<Emulator, Map<Charset, string>>();

/** The designator of a charset object of the emulator; `B` for undefined. */
function charsetName(emulator: Emulator, charset: Charset | undefined): string {
  if (!charset) return "B";
  let names = tables.get(emulator);
  if (!names) tables.set(emulator, names = probe(emulator));
  return names.get(charset) ?? "B";
}

/** Finds which charset object belongs to which designator: xterm.js does not export its tables. Leaves the emulator unchanged. */
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

/** The charsets in G0 to G3 (`undefined`: ASCII), and which of them is in use. */
export interface Charsets {
  readonly sets: readonly (Charset | undefined)[];
  readonly level: number;
}

export const ASCII: Charsets = { sets: [], level: 0 };

/** A copy of the emulator's current charsets. */
export function charsetsOf({ _charsetService: service }: Emulator): Charsets {
  return { sets: [...service._charsets], level: service.glevel };
}

/** Sequences that restore G0 to G3 and the one in use, from a terminal where all are ASCII. */
export function charsetSequence(emulator: Emulator, { sets, level }: Charsets): string {
  let out = "";
  ["(", ")", "*", "+"].forEach((g, i) => {
    const name = charsetName(emulator, sets[i]);
    if (name !== "B") out += `\x1b${g}${name}`;
  });
  return out + (["", "\x0e", "\x1bn", "\x1bo"][level] ?? "");
}

/** Resets all four to ASCII. */
export const PLAIN = "\x1b(B\x1b)B\x1b*B\x1b+B\x0f";

/**
 * The text to print so that `text` appears under the charset in use: a charset may contain letters that it prints as others (the Dutch one
 * prints `]` as `|`, and `|` as `f`).
 */
export function asPrinted(emulator: Emulator, text: string): string {
  const charset = emulator._charsetService.charset;
  if (!charset) return text;
  const keyOf = (letter: string) => Object.keys(charset).find((key) => charset[key] === letter);
  return [...text].map((letter) => charset[letter] ? keyOf(letter) ?? letter : letter).join("");
}
