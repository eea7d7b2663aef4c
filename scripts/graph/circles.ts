/**
 * Circles in the module graph: between files (types count, since a reader follows them too) and between rooms. A room is a folder without
 * sub-folders; a file beside sub-folders is a room by itself. So a folder that is split is judged by its parts at once.
 */
import { isCode, type ModuleGraph } from "./module_graph.ts";

/** One violation per circle. Each file that is in a circle is in one of the reported ones. */
export function fileCircles(graph: ModuleGraph): string[] {
  const arrows = new Map([...graph].map(([path, references]) => [path, new Set(codeOf(references))]));
  return circles(arrows).map((circle) =>
    `${circle[0]}: imports itself in a circle: ${[...circle, circle[0]].join(" → ")}; ` +
    `move what they share into a file of its own`
  );
}

/** The same for rooms; `graph` without tests, which may import anything. */
export function roomCircles(graph: ModuleGraph): string[] {
  const roomOf = rooms([...graph.keys()]);
  /** Between two rooms, the imports that connect them. */
  const arrows = new Map<string, Map<string, string[]>>();
  for (const [path, references] of graph) {
    for (const target of codeOf(references)) {
      const [from, to] = [roomOf(path), roomOf(target)];
      if (from === to) continue;
      const out = arrows.get(from) ?? new Map<string, string[]>();
      arrows.set(from, out.set(to, [...out.get(to) ?? [], `${path} → ${target}`]));
    }
  }
  return circles(new Map([...arrows].map(([room, out]) => [room, new Set(out.keys())]))).map((circle) => {
    const steps = circle.map((room, at) => arrows.get(room)!.get(circle[(at + 1) % circle.length]!)!);
    // The direction with the fewest imports is most likely the mistake.
    const rarest = steps.toSorted((one, other) => one.length - other.length)[0]!;
    return `${circle[0]}: its rooms import each other in a circle: ${[...circle, circle[0]].join(" → ")}; ` +
      `end it where it is thinnest: ${rarest.join(", ")}`;
  });
}

/** From a file's path to its room, for files among `paths`, or beside some of them. */
function rooms(paths: readonly string[]): (path: string) => string {
  const folders = new Set(paths.map(folderOf));
  const split = new Set<string>([""]);
  for (const folder of folders) {
    for (let above = folderOf(folder); above !== ""; above = folderOf(above)) split.add(above);
  }
  return (path) => split.has(folderOf(path)) ? path : folderOf(path);
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

function codeOf(references: readonly { readonly target: string | undefined }[]): string[] {
  return references.flatMap(({ target }) => target !== undefined && isCode(target) ? target : []);
}

/** Shortest circles, one for each node that is in any and not in one that was found before; each begins with its first node by name. */
export function circles(arrows: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const found: string[][] = [];
  const known = new Set<string>();
  for (const start of [...arrows.keys()].sort()) {
    if (known.has(start)) continue;
    const circle = shortestBack(arrows, start);
    circle.forEach((node) => known.add(node));
    if (circle.length > 0) found.push(circle);
  }
  return found;
}

/** The nodes of the shortest way from `start` to itself; none if there is none. */
function shortestBack(arrows: ReadonlyMap<string, ReadonlySet<string>>, start: string): string[] {
  /** From each reached node to the one before it. */
  const before = new Map<string, string>();
  const reached = [start];
  // The list grows while it is walked: nearer nodes come first.
  for (const node of reached) {
    for (const next of arrows.get(node) ?? []) {
      if (next === start) {
        const way = [node];
        while (way[0] !== start) way.unshift(before.get(way[0]!)!);
        return way;
      }
      if (before.has(next)) continue;
      before.set(next, node);
      reached.push(next);
    }
  }
  return [];
}
