/**
 * The figures of a session beside their baselines, in one run, as medians:
 *
 *     deno task bench [join] [far] [keys] [seq] [interrupt] [memory] [--executable FILE]
 *
 * `--executable` (of `deno task compile`) is timed beside the source. Needs a quiet machine; `far` needs what `tests/net/` needs.
 */
import { keys } from "./key_figures.ts";
import { option } from "../options.ts";
import * as figures from "./session_figures.ts";

const executable = option("executable");
const BENCHES: Record<string, () => Promise<void>> = {
  join: () => figures.joinOnLoopback(11, executable),
  far: () => figures.joinFar(5),
  keys: () => keys(600),
  seq: async () => {
    await figures.sequence(200_000, 9);
    await figures.sequence(1_000_000, 5);
  },
  interrupt: () => figures.interrupt(7),
  memory: () => figures.memory(10),
};

const wanted = Deno.args.filter((name) => name in BENCHES);
const [load] = Deno.loadavg();
console.log(`${navigator.hardwareConcurrency} cores, load ${load!.toFixed(1)} at the start`);
for (const [name, run] of Object.entries(BENCHES)) {
  if (wanted.length === 0 || wanted.includes(name)) await run();
}
Deno.exit(0);
