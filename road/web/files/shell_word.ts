/** A path as a word of a POSIX shell (XCU 2.2, "Quoting"). Pure. */

/** Nothing that a shell changes. */
const PLAIN = /^[\w@%+=:,./-]+$/;
/** What would type a key, end a paste or turn the reading direction. */
const UNTYPED = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
/** As long as a path of Linux may be; characters. */
const MOST = 4096;

/** `path`, quoted where a shell needs that; undefined where it may not be typed: the host chose it, and no key may be hidden in it. */
export function shellWord(path: string): string | undefined {
  if (path === "" || path.length > MOST || UNTYPED.test(path)) return undefined;
  return PLAIN.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
