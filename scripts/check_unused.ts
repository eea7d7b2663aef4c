/**
 * Finds unused code: exports, methods and declared fields of the program whose name occurs nowhere else in it. It compares names, without
 * comments: it misses code that shares its name with something in use, and reports nothing that is used.
 */
import { listFiles, report, ROOT } from "./files.ts";

/** Names that only tests use, on purpose, with the reason. */
const FOR_TESTS = new Map([
  ["memoryLinkPair", "the session's tests need a link without a network"],
  ["TERMINAL_STATE", "the table of what stays set is walked by two tests"],
]);

const IS_TEST = /^tests\//;
const COMMENT = /^\s*(?:\/\/|\/\*|\*)/;
/** `export { x } from "./y.ts"` passes a name on, and is no use of it. */
const HANDED_ON = /^export (?:type )?\{[^}]*\} from .*$/gm;
const EXPORTED =
  /^export (?:default |declare |abstract |async )*(?:function\*?|class|const|let|interface|type|enum) +([\w$]+)/gm;
/** A method of a class or an interface, as `deno fmt` indents it: parameters, then a body or a result type. */
const METHOD =
  /^ {2}(?:(?:static|async|override|get|set) )*([a-z][\w$]*)\??(?:<[^>\n]*>)?\((?:.*\)|\n(?: {4}.*\n)+ {2}\))(?:: .*[{;]| \{)$/gm;
const FIELD = /^ {2}(?:static )?readonly ([a-z][\w$]*)\??[:;= ]/gm;
/** Looks like a method, but is none. */
const KEYWORD = /^(?:if|for|while|switch|catch|return|await|super|constructor|function|with|using)$/;

/** The unused names of `sources` (texts by path from the root), one line each. */
export function findUnused(sources: ReadonlyMap<string, string>): string[] {
  const texts = [...sources].map(([path, text]) => ({ path, text, code: withoutComments(text) }));
  const program = texts.filter(({ path }) => !IS_TEST.test(path));
  const uses = new Map<string, number>();
  for (const { code } of program) {
    for (const [word] of code.matchAll(/[\w$]+/g)) uses.set(word, (uses.get(word) ?? 0) + 1);
  }
  return program.flatMap(({ path, code }) => {
    const named = [EXPORTED, METHOD, FIELD].flatMap((kind) => [...code.matchAll(kind)])
      .map(({ 1: name, index }) => ({ name: name!, index }))
      .sort((one, other) => one.index - other.index);
    return named
      .filter(({ name }) => uses.get(name) === 1 && !FOR_TESTS.has(name) && !KEYWORD.test(name))
      .map(({ name, index }) => {
        const line = code.slice(0, index).split("\n").length;
        return `${path}:${line}: nothing uses ${name}; remove it, or what only its test needs, with the test`;
      });
  });
}

function withoutComments(text: string): string {
  return text.split("\n").map((line) => COMMENT.test(line) ? "" : line).join("\n").replace(
    HANDED_ON,
    (all) => all.replace(/[^\n]/g, ""),
  );
}

/** All of it under `root`. */
export async function checkUnused(root: string): Promise<string[]> {
  const paths = (await listFiles(root)).filter((path) => /\.tsx?$/.test(path));
  const read = async (path: string) => [path, await Deno.readTextFile(`${root}/${path}`)] as const;
  return findUnused(new Map(await Promise.all(paths.map(read))));
}

if (import.meta.main) report("unused", await checkUnused(ROOT));
