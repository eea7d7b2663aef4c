/** Checks of the tree's form: what stands at the top, how long files are, and words that mean unfinished work. */
import { listFiles, report, ROOT } from "./files.ts";

/** What may stand at the top: these and dot-files, nothing else. */
const TOP_LEVEL = new Set([
  ...["deno.json", "deno.lock", "main.ts", "README.md", "LICENSE"],
  ...["cli", "road", "transport", "session", "frames", "tests", "scripts"],
]);

/** The house rule: one file, one idea. */
export const MAX_LINES = 250;
const COUNTED = /\.(?:tsx?|css|html)$/;
const READ_FOR_WORDS = /\.(?:tsx?|js|css|html|md|ya?ml|json|sh)$|^\.ci\/run$/;
/** In halves, so that this file passes its own check. */
const WORDS = new RegExp(`\\b(?:${["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"].join("|")})\\b`);

/** `ignored` are the lines of `.gitignore`: what stands there is of this machine, not of the project. */
export function checkTopLevel(names: readonly string[], ignored: readonly string[] = []): string[] {
  const passed = new Set(ignored.map((line) => line.replace(/\/$/, "")));
  return names
    .filter((name) => !name.startsWith(".") && !TOP_LEVEL.has(name) && !passed.has(name))
    .map((name) => `${name}: has no place at the top; TOP_LEVEL of scripts/check_tree.ts lists what has`);
}

export function checkLength(path: string, text: string): string[] {
  if (!COUNTED.test(path)) return [];
  const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
  return lines > MAX_LINES ? [`${path}: has ${lines} lines; split it, ${MAX_LINES} is the limit`] : [];
}

export function checkWords(path: string, text: string): string[] {
  if (!READ_FOR_WORDS.test(path)) return [];
  return text.split("\n").flatMap((line, index) => {
    const word = WORDS.exec(line)?.[0];
    return word === undefined ? [] : [`${path}:${index + 1}: says ${word}; do it, or say what is so`];
  });
}

/** All violations under `root`. */
export async function checkTree(root: string): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(root)) names.push(entry.name);
  const ignored = await Deno.readTextFile(`${root}/.gitignore`).catch(() => "");
  const violations = checkTopLevel(names.sort(), ignored.split("\n"));
  for (const path of await listFiles(root)) {
    if (!COUNTED.test(path) && !READ_FOR_WORDS.test(path)) continue;
    const text = await Deno.readTextFile(`${root}/${path}`);
    violations.push(...checkLength(path, text), ...checkWords(path, text));
  }
  return violations;
}

if (import.meta.main) report("tree", await checkTree(ROOT));
