/**
 * What each mechanism of the session's transport is good for: every workload over every network in simulated time, with all mechanisms and
 * with one taken away, over the same seeds. Writes a table as Markdown, and all figures as JSON:
 * `deno run -A tests/bench/ablation/ablation_bench.ts SEEDS OUT.json [MECHANISM [WORKLOAD [NETWORK]]]`, the last three regular
 * expressions. About half a minute of a processor for each mechanism.
 */
import { compare, type Figures } from "./compare.ts";
import { MECHANISMS } from "./mechanisms.ts";
import { table } from "./table.ts";
import { measured } from "./variant.ts";

const [last = "6", out = "ablation.json", part = "", ...only] = Deno.args;
const seeds = [1, Number(last)] as const;
const all = await measured([], seeds, only);
const figures: Figures[] = [];
const queue = MECHANISMS.filter(({ name }) => new RegExp(part).test(name));
const next = async () => {
  for (let mechanism = queue.shift(); mechanism; mechanism = queue.shift()) {
    const { name, without, changes } = mechanism;
    const moved = await measured(changes, seeds, only).then((ablated) => compare(all, ablated), (error) => {
      console.error(`${name}: ${String(error).slice(0, 300)}`);
      return undefined;
    });
    figures.push({ name, without, moved: moved ?? [], broken: moved === undefined });
    await Deno.writeTextFile(out, JSON.stringify(figures, null, 1));
    console.error(`${figures.length} of ${MECHANISMS.length}: ${name}`);
  }
};
await Promise.all(Array.from({ length: Number(Deno.env.get("WORKERS") ?? "2") }, next));
const order = MECHANISMS.map(({ name }) => name);
figures.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
console.log(table(figures));
