/** Checks of the tree's form: names at the top, files per folder, length of files, words that mean unfinished work, names of files that are gone, and files that no page names. */
import { listFiles, report, ROOT } from "./files.ts";
import { checkListed, checkNames } from "./names.ts";

/** The names that are allowed at the top, beside dot-files. */
const TOP_LEVEL = new Set([
  ...["deno.json", "deno.lock", "main.ts", "README.md", "LICENSE"],
  ...["cli", "road", "transport", "session", "frames", "tests", "scripts"],
]);

/** The longest file, in lines: a longer one holds more than one idea. */
export const MAX_LINES = 250;
/** The most files in one folder, sub-folders not counted: a longer listing is not read, so such a folder is split by topic. */
export const MAX_FILES = 20;
const COUNTED = /\.(?:[cm]?[jt]sx?|css|html)$/;
const READ_FOR_WORDS = /\.(?:tsx?|js|css|html|md|ya?ml|json|sh)$|^\.ci\/run$/;
/** What names files and sections of pages for readers. */
const NAMING = /\.(?:md|tsx?)$/;
/** In halves, so that this file passes its own check. */
const WORDS = new RegExp(`\\b(?:${["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"].join("|")})\\b`);

/** Names at the top that are not allowed. `ignored` are the lines of `.gitignore`: such files belong to this machine, not to the project. */
export function checkTopLevel(names: readonly string[], ignored: readonly string[] = []): string[] {
  const passed = new Set(ignored.map((line) => line.replace(/\/$/, "")));
  return names
    .filter((name) => !name.startsWith(".") && !TOP_LEVEL.has(name) && !passed.has(name))
    .map((name) => `${name}: has no place at the top; TOP_LEVEL of scripts/check_tree.ts lists what has`);
}

/** Folders of `paths` (files, relative to the root) that hold more than `MAX_FILES`. */
export function checkFolders(paths: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const path of paths) {
    const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count > MAX_FILES)
    .map(([folder, count]) =>
      `${folder || "."}: has ${count} files; split it by topic, ${MAX_FILES} is the limit`
    );
}

/** The violation of a source file that is longer than `MAX_LINES`. */
export function checkLength(path: string, text: string): string[] {
  if (!COUNTED.test(path)) return [];
  const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
  return lines > MAX_LINES ? [`${path}: has ${lines} lines; split it, ${MAX_LINES} is the limit`] : [];
}

/** Lines of a text that say that work is unfinished. */
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
  const texts = new Map<string, string>();
  for (const path of await listFiles(root)) {
    const read = COUNTED.test(path) || READ_FOR_WORDS.test(path);
    texts.set(path, read ? await Deno.readTextFile(`${root}/${path}`) : "");
  }
  violations.push(...checkFolders([...texts.keys()]), ...checkListed(texts));
  for (const [path, text] of texts) {
    violations.push(...checkLength(path, text), ...checkWords(path, text));
    if (NAMING.test(path)) violations.push(...checkNames(path, texts));
  }
  return violations;
}

if (import.meta.main) report("tree", await checkTree(ROOT));
