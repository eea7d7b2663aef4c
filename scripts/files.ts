import { fileURLToPath } from "node:url";

/** The project's own files, for the checks that read them all. */

/** Folders without source files of the project. Dot-folders are left out too, except `.github` and `.ci`. */
const SKIPPED = new Set(["node_modules", "dist", "coverage"]);
const DOT_FOLDERS = new Set([".github", ".ci"]);

/** The repository's root. */
export const ROOT: string = fileURLToPath(new URL("..", import.meta.url));

/** Paths of all files under `root`, relative to it, with `/`, sorted. */
export async function listFiles(root: string): Promise<string[]> {
  const found: string[] = [];
  const walk = async (prefix: string): Promise<void> => {
    for await (const { name, isDirectory, isFile } of Deno.readDir(`${root}/${prefix}`)) {
      const path = prefix + name;
      if (isFile) found.push(path);
      const wanted = name.startsWith(".") ? DOT_FOLDERS.has(name) : !SKIPPED.has(name);
      if (isDirectory && wanted) await walk(`${path}/`);
    }
  };
  await walk("");
  return found.sort();
}

/** Prints the violations of a checker and sets the exit status: 1 if there are any. */
export function report(checker: string, violations: readonly string[]): void {
  for (const violation of violations) console.error(violation);
  console.log(`${checker}: ${violations.length === 0 ? "fine" : `${violations.length} to mend`}`);
  if (violations.length > 0) Deno.exitCode = 1;
}
