/**
 * Proves the directions of imports, by the rules in `layers.ts`: which layer may import which, which packages each layer may use, and that
 * neither files nor rooms import each other in a circle. Prints one line per violation: `session/sync/sender.ts:3: …`.
 */
import { fileCircles, roomCircles } from "./graph/circles.ts";
import { listFiles, report, ROOT } from "./files.ts";
import { type Layer, layerOf } from "./graph/layers.ts";
import { isCode, type ModuleGraph, moduleGraph, type Reference } from "./graph/module_graph.ts";

/** The violations of the module at `path`, by what it imports. */
function checkModule(path: string, references: readonly Reference[]): string[] {
  const layer = layerOf(path);
  return references.flatMap((reference) => {
    // A file that is read is no dependency on code.
    if (reference.byUrl && !isCode(reference.specifier)) return [];
    const why = judge(layer, reference);
    return why === undefined ? [] : [`${path}:${reference.line}: ${why}`];
  });
}

function judge(layer: Layer, { specifier, target }: Reference): string | undefined {
  if (target === undefined) {
    return layer.packages.test(specifier)
      ? undefined
      : `${layer.name} may not use the package ${specifier}; scripts/graph/layers.ts lists what it may`;
  }
  return layer.ours.test(target)
    ? undefined
    : `${layer.name} may not import ${target}; scripts/graph/layers.ts says what it may`;
}

/** Violations of the rules of `layers.ts`. */
export function checkArrows(graph: ModuleGraph): string[] {
  return [...graph].sort().flatMap(([path, references]) => checkModule(path, references));
}

/** All violations under `root`. */
export async function checkLayers(root: string): Promise<string[]> {
  const graph = await moduleGraph(root, (await listFiles(root)).filter((path) => /\.tsx?$/.test(path)));
  // Tests may import anything in any way, but not in a circle of files.
  const own = new Map([...graph].filter(([path]) => !path.startsWith("tests/")));
  return [...checkArrows(own), ...fileCircles(graph), ...roomCircles(own)];
}

if (import.meta.main) report("layers", await checkLayers(ROOT));
