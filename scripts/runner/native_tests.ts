/**
 * Finds the tests that load the native WebRTC library. It works in one isolate of a process, and `deno test` gives each file
 * an isolate of its own in one process: so each of these files needs a process to itself.
 */
import { NATIVE } from "../graph/layers.ts";
import { moduleGraph } from "../graph/module_graph.ts";

/** Those of `paths` (from `root`) that import the library's wrapper, themselves or through other files of ours. */
export async function nativeTests(root: string, paths: readonly string[]): Promise<Set<string>> {
  const graph = await moduleGraph(root, paths);
  const native = new Set<string>();
  for (const path of paths) {
    const seen = new Set([path]);
    // A set that grows while it is walked: every file is looked at once.
    for (const file of seen) {
      for (const { target, byUrl } of graph.get(file) ?? []) {
        if (target !== undefined && !byUrl) seen.add(target);
      }
    }
    if ([...seen].some((file) => NATIVE.test(file))) native.add(path);
  }
  return native;
}
