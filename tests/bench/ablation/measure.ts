/** Runs every workload over every network and prints all samples as one JSON object: `deno run -A measure.ts FIRST_SEED LAST_SEED [WORKLOAD [NETWORK]]`, the last two regular expressions. */
import { NETWORKS } from "./network.ts";
import type { Samples } from "./scene.ts";
import { WORKLOADS } from "./workloads.ts";

/** By network, then by workload and measure; of each seed its samples. */
export type Measured = Record<string, Record<string, number[][]>>;

if (import.meta.main) {
  const [first = "1", last = "1", workload, network] = Deno.args;
  const measured: Measured = {};
  for (const way of NETWORKS) {
    if (network && !new RegExp(network).test(way.name)) continue;
    const all: Record<string, number[][]> = measured[way.name] = {};
    // Nothing is left to chance: one seed tells all.
    const to = way.shape.loss || way.termLoss ? Number(last) : Number(first);
    for (const { name, run } of WORKLOADS) {
      if (workload && !new RegExp(workload).test(name)) continue;
      for (let seed = Number(first); seed <= to; seed++) {
        const samples: Samples = await run(way, seed);
        for (const [measure, values] of Object.entries(samples)) {
          (all[`${name}: ${measure}`] ??= []).push(values);
        }
      }
    }
  }
  console.log(JSON.stringify(measured));
}
