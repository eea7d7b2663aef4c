/**
 * Proves the design's section 2: who may import whom, which packages each layer may use, who may end the process.
 * Prints one line a violation: `session/sender.ts:3: …`.
 */
import { listFiles, report, ROOT } from "./files.ts";
import { type Layer, layerOf } from "./layers.ts";
import { dependencies, lineOf, scan } from "./source_text.ts";

/** The violations of one file; `path` is from the root, with `/`. */
export function checkFile(path: string, source: string): string[] {
  // Tests take what they need, from anywhere and by any way.
  if (path.startsWith("tests/")) return [];
  const layer = layerOf(path);
  const imports = dependencies(source).flatMap(({ specifier, byUrl, line }) => {
    // A file that is read is no dependency on code.
    if (byUrl && !/\.[mc]?[jt]sx?$/.test(specifier ?? "")) return [];
    const why = specifier === undefined
      ? "imports what only shows when it runs; name the module as a plain string"
      : judge(path, layer, specifier);
    return why === undefined ? [] : [`${path}:${line}: ${why}`];
  });
  return [...imports, ...checkExits(path, source), ...checkClocks(path, source)];
}

function judge(path: string, layer: Layer, specifier: string): string | undefined {
  if (!/^\.{1,2}\//.test(specifier)) {
    return layer.packages.test(specifier)
      ? undefined
      : `${layer.name} may not use the package ${specifier}; scripts/layers.ts lists what it may`;
  }
  const target = new URL(specifier, `file:///${path}`).pathname.slice(1);
  return layer.ours.test(target)
    ? undefined
    : `${layer.name} may not import ${target}; scripts/layers.ts and the design's section 2 say what it may`;
}

/** Only `main.ts` ends the process: anywhere else it would skip what others still have to close. */
function checkExits(path: string, source: string): string[] {
  if (path === "main.ts") return [];
  const { code } = scan(source);
  return [...code.matchAll(/\b(?:Deno|process)\s*(?:\?\.|\.)\s*(exit|abort)\b/g)].map((match) => {
    return `${path}:${lineOf(code, match.index)}: calls ${
      match[0]
    }; only main.ts ends the process, return the status to it`;
  });
}

/** What a duration is measured by must not jump when somebody sets the clock; these stamp what people and scripts read. */
const STAMPS = /^cli\/(?:events|log|record)\.ts$/;
const STEADY = /^(?:frames|session|transport|cli)\//;

function checkClocks(path: string, source: string): string[] {
  if (!STEADY.test(path) || STAMPS.test(path)) return [];
  const { code } = scan(source);
  return [...code.matchAll(/\bDate\s*(?:\.\s*now\b|\(\s*\))/g)].map((match) =>
    `${path}:${
      lineOf(code, match.index)
    }: reads the clock on the wall; durations are measured by performance.now()`
  );
}

/** All violations under `root`. */
export async function checkLayers(root: string): Promise<string[]> {
  const sources = (await listFiles(root)).filter((path) => /\.tsx?$/.test(path));
  const found = sources.map(async (path) => checkFile(path, await Deno.readTextFile(`${root}/${path}`)));
  return (await Promise.all(found)).flat();
}

if (import.meta.main) report("layers", await checkLayers(ROOT));
