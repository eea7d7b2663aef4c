/** What a program names by URL and so has to travel inside the executable: workers, and files that it reads. */
import { dependencies } from "./source_text.ts";

export interface Embedded {
  /** Modules that run as workers, by path from the root. */
  readonly workers: readonly string[];
  /** Other files, by path from the root. */
  readonly files: readonly string[];
}

/**
 * Walks our own modules from `entry` (a path from `root`). A name given by URL has to be `./name`: the bundle puts
 * every module in one folder, where only that still leads to the same file. Throws Error for another form, and for two
 * files of one name.
 */
export async function findEmbedded(root: string, entry: string): Promise<Embedded> {
  const seen = new Set<string>();
  const workers = new Set<string>();
  const files = new Set<string>();
  const walk = async (path: string): Promise<void> => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const { specifier, byUrl, line } of dependencies(await Deno.readTextFile(`${root}/${path}`))) {
      if (specifier === undefined || !/^\.{1,2}\//.test(specifier)) continue;
      const target = new URL(specifier, `file:///${path}`).pathname.slice(1);
      const isModule = /\.[mc]?[jt]sx?$/.test(target);
      if (byUrl) {
        if (!/^\.\/[^/]+$/.test(specifier)) {
          throw new Error(
            `${path}:${line}: names ${specifier} by URL; put the file beside it and name it ./like-this`,
          );
        }
        (isModule ? workers : files).add(target);
      }
      if (isModule) await walk(target);
    }
  };
  await walk(entry);
  const names = [...workers, ...files].map(baseName);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new Error(`two embedded files are named ${twice}; rename one`);
  return { workers: [...workers].sort(), files: [...files].sort() };
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
