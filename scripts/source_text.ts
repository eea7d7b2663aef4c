/** A view of TypeScript source that a check can search without being fooled by comments and strings. */

/** Where a `/` starts a regular expression and not a division: after these, or at the start. */
const BEFORE_REGEXP =
  /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of|void|await|yield|throw|do|else))\s*$/;

/** A string literal: where its quotes begin and end (exclusive), and what is between them, escapes as written. */
export interface Literal {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface Scanned {
  /** The source with comments and the contents of strings, templates and regular expressions blanked, as long as before. */
  readonly code: string;
  /** Strings in `"` or `'`, in order. */
  readonly literals: readonly Literal[];
}

/** Tells code from comments and literals. A template is passed over whole, `${}` and all: no import hides in one. */
export function scan(source: string): Scanned {
  const literals: Literal[] = [];
  let code = "";
  const take = (end: number, shown: (text: string) => string) =>
    code += shown(source.slice(code.length, end));
  while (code.length < source.length) {
    const at = code.length;
    const rest = source.slice(at, at + 2);
    const character = source[at]!;
    if (rest === "//" || rest === "/*") {
      const stop = rest === "//" ? source.indexOf("\n", at) : source.indexOf("*/", at + 2) + 2;
      take(stop < at + 2 ? source.length : stop, blank);
    } else if (character === '"' || character === "'" || character === "`") {
      const end = endOfQuoted(source, at);
      if (character !== "`") literals.push({ start: at, end, text: source.slice(at + 1, end - 1) });
      take(end, (text) => character + blank(text.slice(1, -1)) + text.slice(1).slice(-1));
    } else if (character === "/" && BEFORE_REGEXP.test(code.slice(-40))) {
      take(endOfRegExp(source, at), (text) => `/${blank(text.slice(1))}`);
    } else {
      take(at + 1, (text) => text);
    }
  }
  return { code, literals };
}

/** Line ends stay, so that positions keep their lines. */
function blank(text: string): string {
  return text.replace(/[^\n]/g, " ");
}

function endOfQuoted(source: string, start: number): number {
  const quote = source[start]!;
  for (let at = start + 1; at < source.length; at++) {
    if (source[at] === "\\") at++;
    else if (source[at] === quote) return at + 1;
    else if (source[at] === "\n" && quote !== "`") return at;
  }
  return source.length;
}

function endOfRegExp(source: string, start: number): number {
  let inClass = false;
  for (let at = start + 1; at < source.length; at++) {
    const character = source[at];
    if (character === "\\") at++;
    else if (character === "[") inClass = true;
    else if (character === "]") inClass = false;
    else if (character === "/" && !inClass) return at + 1;
    else if (character === "\n") return at;
  }
  return source.length;
}

/** One module that a file names. `specifier` is undefined where it isn't a plain string, which no check can follow. */
export interface Dependency {
  readonly specifier: string | undefined;
  /** Named as `new URL("./worker.ts", import.meta.url)`: a worker, or a file to read. */
  readonly byUrl: boolean;
  /** From 1. */
  readonly line: number;
}

/** Every module that `source` names, types included, and every file that it names by URL. */
export function dependencies(source: string): Dependency[] {
  const { code, literals } = scan(source);
  const named = literals.flatMap(({ start, end, text }) => {
    const before = code.slice(Math.max(0, start - 40), start);
    const imported = /(?:^|[^.\w$])(?:from|import|import\s*\()\s*$/.test(before);
    const byUrl = /\bnew\s+URL\s*\(\s*$/.test(before) && /^\s*,\s*import\.meta\.url/.test(code.slice(end));
    return imported || byUrl ? [{ specifier: text, byUrl, line: lineOf(source, start) }] : [];
  });
  const computed = [...code.matchAll(/(?:^|[^.\w$])import\s*\(\s*(?!["'\s])/g)]
    .map(({ index }) => ({ specifier: undefined, byUrl: false, line: lineOf(source, index + 1) }));
  return [...named, ...computed].sort((a, b) => a.line - b.line);
}

/** The line, from 1, of a position. */
export function lineOf(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}
