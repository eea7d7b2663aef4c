/**
 * Which module names which, as Deno itself sees it: `deno info --json` over all files at once, types and dynamic imports included.
 * It does not see what is named by URL (workers, files to read), so those are found here.
 */
import { fileURLToPath, pathToFileURL } from "node:url";
import { namedByUrl } from "./named_by_url.ts";

/** One module or file that a module names. */
export interface Reference {
  /** As it is written. */
  readonly specifier: string;
  /** Its path from the root with `/`, if it is a file there; it may be missing. */
  readonly target: string | undefined;
  /** Named as `new URL("./worker.ts", import.meta.url)`: a worker, or a file to read. */
  readonly byUrl: boolean;
  /** From 1. */
  readonly line: number;
}

/** What each module names, in the order of lines; by paths from the root, with `/`. */
export type ModuleGraph = ReadonlyMap<string, readonly Reference[]>;

const CODE = /\.[mc]?[jt]sx?$/;

/** Whether the file is a module, by its name. */
export function isCode(path: string): boolean {
  return CODE.test(path);
}

/** `paths` (from `root`) and every module below `root` that they lead to, workers too. Packages are not looked into. Rejects with Error where Deno fails. */
export async function moduleGraph(root: string, paths: readonly string[]): Promise<ModuleGraph> {
  const base = pathToFileURL(root).href.replace(/\/?$/, "/");
  const graph = new Map<string, readonly Reference[]>();
  for (let wanted = [...paths]; wanted.length > 0;) {
    for (const { specifier, error, dependencies = [] } of await infoOf(wanted.map((path) => base + path))) {
      const path = below(base, specifier);
      if (path === undefined || error !== undefined || graph.has(path)) continue;
      const named = dependencies.map((dependency) => referenceOf(base, dependency));
      graph.set(path, [...named, ...await byUrl(base, path)].sort((one, other) => one.line - other.line));
    }
    const workers = [...graph.values()].flat().filter((reference) => reference.byUrl);
    const found = new Set(
      workers.flatMap(({ target }) => target !== undefined && isCode(target) ? target : []),
    );
    wanted = [...found].filter((path) => !graph.has(path) && !wanted.includes(path));
  }
  return graph;
}

/** The part of Deno's answer that is used here. */
interface Module {
  readonly specifier: string;
  readonly error?: string;
  readonly dependencies?: readonly Dependency[];
}

interface Dependency {
  readonly specifier: string;
  readonly code?: Resolved;
  readonly type?: Resolved;
}

interface Resolved {
  readonly specifier?: string;
  readonly span: { readonly start: { readonly line: number } };
}

/** Asks Deno for all modules that `urls` lead to: through one file that imports them all, since it takes one. */
async function infoOf(urls: readonly string[]): Promise<readonly Module[]> {
  const entry = await Deno.makeTempFile({ prefix: "beach-graph-", suffix: ".ts" });
  try {
    await Deno.writeTextFile(entry, urls.map((url) => `import ${JSON.stringify(url)};\n`).join(""));
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      // Packages are judged as they are written: nothing is resolved, so nothing is fetched.
      args: ["info", "--json", "--no-config", "--no-lock", "--no-npm", "--no-remote", entry],
    }).output();
    if (!success) throw new Error(`deno info failed: ${new TextDecoder().decode(stderr).trim()}`);
    return JSON.parse(new TextDecoder().decode(stdout)).modules;
  } finally {
    await Deno.remove(entry);
  }
}

function referenceOf(base: string, { specifier, code, type }: Dependency): Reference {
  const resolved = (type ?? code)!;
  const url = resolved.specifier;
  const target = url === undefined ? undefined : below(base, url);
  return { specifier, target, byUrl: false, line: resolved.span.start.line + 1 };
}

async function byUrl(base: string, path: string): Promise<Reference[]> {
  if (!isCode(path)) return [];
  const source = await Deno.readTextFile(fileURLToPath(base + path));
  return namedByUrl(source).map(({ specifier, line }) => {
    const url = URL.canParse(specifier, base + path) ? new URL(specifier, base + path).href : "";
    return { specifier, target: below(base, url), byUrl: true, line };
  });
}

/** The path of a URL below `base`; undefined for others. */
function below(base: string, url: string): string | undefined {
  return url.startsWith(base) ? decodeURI(url.slice(base.length)) : undefined;
}
