/** What a program names by URL and so has to travel inside the executable: workers, and files that it reads. */
import { isCode, moduleGraph } from "../graph/module_graph.ts";

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
  const workers = new Set<string>();
  const files = new Set<string>();
  for (const [path, references] of await moduleGraph(root, [entry])) {
    for (const { specifier, target, byUrl, line } of references) {
      if (!byUrl || target === undefined) continue;
      if (!/^\.\/[^/]+$/.test(specifier)) {
        throw new Error(
          `${path}:${line}: names ${specifier} by URL; put the file beside it and name it ./like-this`,
        );
      }
      (isCode(target) ? workers : files).add(target);
    }
  }
  const names = [...workers, ...files].map(baseName);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new Error(`two embedded files are named ${twice}; rename one`);
  return { workers: [...workers].sort(), files: [...files].sort() };
}

/** The file name at the end of a path with `/`. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
