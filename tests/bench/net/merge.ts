/**
 * Makes one result of several runs of the network bench (of other systems, networks or seeds), and prints its tables.
 *
 *     deno run -A tests/bench/net/merge.ts OUT.json RUN.json RUN.json...
 */
import { NETWORKS } from "./networks.ts";
import type { Figures } from "./measures.ts";
import { medians, table } from "./report.ts";
import { CONGESTION } from "./systems.ts";

/** Network, system, runs. */
export type Results = Record<string, Record<string, Figures[]>>;

/** All runs of `parts`, in their order. */
export function merge(parts: readonly Results[]): Results {
  const all: Results = {};
  for (const part of parts) {
    for (const [network, systems] of Object.entries(part)) {
      const cells = all[network] ??= {};
      for (const [system, runs] of Object.entries(systems)) (cells[system] ??= []).push(...runs);
    }
  }
  return all;
}

if (import.meta.main) {
  const [out, ...files] = Deno.args;
  if (out === undefined || files.length === 0) throw new Error("usage: merge.ts OUT.json RUN.json...");
  const parts = await Promise.all(
    files.map(async (file) => JSON.parse(await Deno.readTextFile(file)).results),
  );
  const results = merge(parts);
  await Deno.writeTextFile(out, JSON.stringify({ congestion: CONGESTION, results }, null, 1) + "\n");
  for (const [network, cells] of Object.entries(results)) {
    console.log(table(NETWORKS[network]!.title, medians(cells)));
  }
}
