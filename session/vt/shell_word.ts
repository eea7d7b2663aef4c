/** Text as one word of a command line that a person pastes, or that is typed for them. Pure. */

/** Nothing that a shell changes. */
const PLAIN = /^[\w@%+=:,./-]+$/;
/** What is active between double quotes. */
const ACTIVE = /["$`\\!]/;
/** What would type a key, end a paste or turn the reading direction. */
const UNTYPED = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
/** As long as a path of Linux may be; characters. */
const MOST = 4096;

/**
 * `text` as one word of a command line. It is quoted only if it must be: by double quotes, which every shell knows (zsh takes `[` for a pattern),
 * or by single ones around what those leave active, since part of it may come from a road (XCU 2.2, "Quoting").
 */
export function shellWord(text: string): string {
  if (PLAIN.test(text)) return text;
  return ACTIVE.test(text) ? `'${text.replaceAll("'", "'\\''")}'` : `"${text}"`;
}

/** A path as such a word; undefined where it may not be typed: the other end chose it, and no key may be hidden in it. */
export function typedWord(path: string): string | undefined {
  return path === "" || path.length > MOST || UNTYPED.test(path) ? undefined : shellWord(path);
}
