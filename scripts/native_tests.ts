/**
 * Finds the tests that load the native WebRTC library. It works in one isolate of a process, and `deno test` gives each file
 * an isolate of its own in one process: so each of these files needs a process to itself.
 */
import { posix } from "node:path";
import { NATIVE } from "./layers.ts";
import { dependencies } from "./source_text.ts";

/** Those of `paths` (from `root`) that import the library's wrapper, themselves or through other files of ours. */
export async function nativeTests(root: string, paths: readonly string[]): Promise<Set<string>> {
  const imports = new Map<string, readonly string[]>();
  const importsOf = async (path: string): Promise<readonly string[]> => {
    const known = imports.get(path);
    if (known) return known;
    const source = await Deno.readTextFile(`${root}/${path}`).catch(() => "");
    const found = dependencies(source)
      .filter(({ specifier, byUrl }) => !byUrl && specifier?.startsWith("."))
      .map(({ specifier }) => posix.join(posix.dirname(path), specifier!));
    imports.set(path, found);
    return found;
  };
  const native = new Set<string>();
  for (const path of paths) {
    const seen = new Set([path]);
    // A set that grows while it is walked: every file is looked at once.
    for (const file of seen) for (const next of await importsOf(file)) seen.add(next);
    if ([...seen].some((file) => NATIVE.test(file))) native.add(path);
  }
  return native;
}
