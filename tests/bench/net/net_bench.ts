/**
 * Beach beside ssh and mosh on the networks of the lab: one table, in one run. Needs what `tests/net/` needs.
 *
 *     deno run -A tests/bench/net/net_bench.ts [--quick] [--runs N] [--networks 0,5] [--systems beach,ssh] [--measures typing,seq]
 *                                          [--out FILE.json]
 */
import { findProgram } from "../../support/needs.ts";
import { floor } from "./floor.ts";
import type { Effort, Figures, Measure } from "./measures.ts";
import { history, idle, redraw, silence, typing } from "./measures.ts";
import { blackout10, blackout3, interrupt, roam, roamHost, sequence } from "./recovery.ts";
import { medians, table } from "./report.ts";
import { NETWORKS } from "./networks.ts";
import { list, option } from "../options.ts";
import { CONGESTION, start, type System, SYSTEMS } from "./systems.ts";

const MEASURES: Record<string, Measure> = {
  idle,
  typing,
  floor,
  history,
  redraw,
  blackout3,
  interrupt,
  sequence,
  silence,
  blackout10,
  roam,
  roamHost,
};
const QUICK: Effort = { idleKeys: 20, typedKeys: 80, redrawMs: 4000 };
const FULL: Effort = { idleKeys: 60, typedKeys: 400, redrawMs: 10_000 };

/** One run of one system on one network; a measure that fails leaves its figures out, and the next begins in a new lab. */
async function run(system: System, network: string, measures: string[], effort: Effort, seed: string) {
  const figures: Figures = {};
  let left = [...measures];
  while (left.length > 0) {
    try {
      await using running = await start(system, NETWORKS[network]!.link, `${seed}-${left.length}`);
      figures.first_screen ??= running.firstScreen;
      while (left.length > 0) {
        const [name, ...rest] = left;
        left = rest;
        Object.assign(figures, await MEASURES[name!]!(running, effort));
      }
    } catch (error) {
      console.error(`${system} on ${network}: ${String(error).slice(0, 400)}`);
      if (left.length === measures.length) break;
    }
  }
  return figures;
}

const quick = Deno.args.includes("--quick");
const effort = quick ? QUICK : FULL;
const runs = Number(option("runs") ?? (quick ? 1 : 3));
const installed = (system: System) =>
  system === "ssh"
    ? findProgram("ssh") && findProgram("sshd")
    : system === "mosh"
    ? findProgram("mosh-client") && findProgram("sshd")
    : true;
const systems = list("systems", SYSTEMS).filter(installed);
const measures = list("measures", Object.keys(MEASURES));
console.log(`TCP congestion control: ${CONGESTION}. ${runs} run(s), median of each figure; times in ms.`);
const results: Record<string, Record<string, Figures[]>> = {};
for (const network of list("networks", Object.keys(NETWORKS))) {
  const cells: Record<string, Figures[]> = results[network] = {};
  for (let n = 0; n < runs; n++) {
    for (const system of systems) {
      const figures = await run(system, network, measures, effort, `${option("seed") ?? "bench"}-${n}`);
      (cells[system] ??= []).push(figures);
      console.error(
        `${network} ${system} run ${n + 1}: ${
          JSON.stringify(figures, (_, v) => typeof v === "number" ? Math.round(v * 10) / 10 : v)
        }`,
      );
    }
  }
  console.log(table(NETWORKS[network]!.title, medians(cells)));
  const out = option("out");
  if (out) await Deno.writeTextFile(out, JSON.stringify({ congestion: CONGESTION, results }, null, 1) + "\n");
}
