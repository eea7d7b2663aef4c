/**
 * Key to echo while 50 MB go through a forward, and while a file goes, at 100 ms of round trip and 5 % loss, beside typing alone. Each in a
 * session of its own, in turns. Needs what `tests/net/` needs, and curl.
 *
 *     deno run -A tests/bench/services/beside_bench.ts [--keys N] [--runs N] [--networks 5,0,1m] [--loads none,forward,file]
 */
import { TempDir } from "../../support/temp_dir.ts";
import { percentile } from "../figures.ts";
import { keyTimes } from "../net/keys.ts";
import { far, TYPING } from "../net/measures.ts";
import { pause } from "../net/pause.ts";
import { type Running, start } from "../net/systems.ts";
import { list, option } from "../options.ts";
import { PATHS } from "./paths.ts";

const LOADS = ["none", "forward", "file"] as const;
/** More than goes while the keys are typed. */
const BYTES = 50_000_000;
/** For what goes beside the keys to reach its pace, ms. */
const PACE = 5000;
const keys = Number(option("keys") ?? 240);
const MAIN = new URL("../../../main.ts", import.meta.url).pathname;

/** What takes the file's bytes in the viewer's namespace. */
function taker({ lab, code }: Running, load: "forward" | "file", into: string) {
  const copies = ["run", "-A", "--no-prompt", MAIN, "cp", `${code}:large`, into];
  const road = ["--road", `http://${lab.address("road")}:8080`];
  return lab.run(
    "viewer",
    load === "forward"
      ? ["curl", "-sS", "-o", `${into}/got`, "http://127.0.0.1:7000/large"]
      : [Deno.execPath(), ...copies, ...road],
  );
}

async function times(network: string, load: typeof LOADS[number], seed: string): Promise<number[]> {
  await using dir = await TempDir.create("beach-bench-");
  await Deno.mkdir(dir.join("shared"));
  await Deno.mkdir(dir.join("got"));
  await Deno.writeFile(dir.join("shared/large"), crypto.getRandomValues(new Uint8Array(65536)));
  await Deno.truncate(dir.join("shared/large"), BYTES);
  const flags = {
    host: ["--forward", "8000", "--files", dir.join("shared")],
    join: ["-L", "7000:127.0.0.1:8000"],
  };
  await using running = await start("beach", PATHS[network]!.link, seed, "never", flags);
  const { lab, terminal } = running;
  const serve = ["python3", "-m", "http.server", "-b", "127.0.0.1", "-d", dir.join("shared"), "8000"];
  await using server = lab.run("host", serve);
  await server.waitForOutput(/Serving/, 10_000);
  await far(terminal, "keys");
  await pause(1500);
  if (load === "none") return (await keyTimes(terminal, keys, () => TYPING, false)).times;
  await using took = taker(running, load, dir.join("got"));
  await pause(PACE);
  const { times } = await keyTimes(terminal, keys, () => TYPING, false);
  if (took.status) console.error(`${load}: it was over before the last key: ${took.stderr}`);
  return times;
}

console.log(`${keys} keys a run, one each ${TYPING} ms. Load ${Deno.loadavg()[0]!.toFixed(1)} at the start.`);
console.log("| network | beside it | p50 | p95 | p99, ms |\n|---|---|---|---|---|");
for (const network of list("networks", ["5", "0", "1m"])) {
  const all: Record<string, number[]> = {};
  for (let run = 0; run < Number(option("runs") ?? 2); run++) {
    for (const load of list("loads", LOADS)) {
      (all[load] ??= []).push(...await times(network, load, `beside-${run}`));
    }
  }
  for (const [load, measured] of Object.entries(all)) {
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((part) => percentile(measured, part).toFixed(0));
    console.log(`| ${PATHS[network]!.title} | ${load} | ${p50} | ${p95} | ${p99} |`);
  }
}
