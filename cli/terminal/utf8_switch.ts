/**
 * Switches a terminal to UTF-8 where it may not be in it: all that we write is UTF-8, whose bytes 0x80 to 0x9f are controls in a terminal of
 * eight-bit characters, and a host could write any. Pure.
 */

/** ISO 2022: UTF-8, and back to what the terminal had (xterm's ctlseqs, `ESC % G` and `ESC % @`). */
const UTF8 = "\x1b%G";
const DEFAULT = "\x1b%@";

/**
 * What is to be written first and last, by the person's locale (POSIX "Internationalization Variables"). A locale that names no character
 * set, as `C`, says nothing of the terminal, which may well be in UTF-8: then nothing takes that back.
 */
export function utf8Switch(env: Readonly<Record<string, string | undefined>>): { on: string; off: string } {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || "";
  const charset = /\.([^@]+)/.exec(locale)?.[1] ?? "";
  if (/^utf-?8$/i.test(charset)) return { on: "", off: "" };
  return { on: UTF8, off: charset === "" ? "" : DEFAULT };
}
