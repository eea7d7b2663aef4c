/**
 * Key to echo, 8 keys a second, while 5 MB of history that can't be packed go to the viewer, beside the same without: in turns, each in a new session.
 *
 *     deno run -A tests/bench/net_history_bench.ts [--runs 3] [--keys 300] [--networks 0,5,10,1m]
 */
import { median, percentile } from "./figures.ts";
import { keyTimes } from "./net_keys.ts";
import { far, printRandom, TYPING } from "./net_measures.ts";
import { start, wireBytes } from "./net_systems.ts";
import { type Network, NETWORKS } from "./networks.ts";

/** What `base64` makes 5 MB of. */
const RANDOM = 3_750_000;

const option = (name: string, otherwise: string) =>
  Deno.args.includes(name) ? Deno.args[Deno.args.indexOf(name) + 1]! : otherwise;
const runs = Number(option("--runs", "3"));
const keys = Number(option("--keys", "300"));
// The default keeps 0.8 MB of these lines.
Deno.env.set("BEACH_SCROLLBACK", "100000");

for (const name of option("--networks", Object.keys(NETWORKS).join(",")).split(",")) {
  const network = NETWORKS[name];
  if (!network) throw new Error(`there is no network ${name}; there are ${Object.keys(NETWORKS).join(", ")}`);
  console.log(`\n${network.title}, ${keys} keys a run, p50 / p95 / p99 in ms (kB/s on the wire)`);
  const cases: { what: string; bytes: number; rows: number[][] }[] = [
    { what: "alone", bytes: 0, rows: [] },
    { what: "5 MB flow", bytes: RANDOM, rows: [] },
  ];
  for (let run = 0; run < runs; run++) {
    for (const { bytes, rows } of cases) rows.push(await typing(network, bytes, `history-${run}`));
  }
  for (const { what, rows } of cases) {
    const middle = rows[0]!.map((_, column) => median(rows.map((row) => row[column]!)));
    console.log(`  ${what.padEnd(10)} median ${words(middle)}   runs ${rows.map(words).join(", ")}`);
  }
}

function words(row: readonly number[]): string {
  const [p50, p95, p99, rate] = row.map((value) => Math.round(value));
  return `${p50} / ${p95} / ${p99} (${rate})`;
}

/** p50, p95 and p99 in ms, and kB/s on the wire. */
async function typing(network: Network, bytes: number, seed: string): Promise<number[]> {
  await using running = await start("beach", network.link, seed);
  const { terminal, lab } = running;
  if (bytes > 0) await printRandom(terminal, bytes);
  await far(terminal, "keys");
  const [before, began] = [await wireBytes(lab), performance.now()];
  const { times } = await keyTimes(terminal, keys, () => TYPING, false);
  const rate = (await wireBytes(lab) - before) / (performance.now() - began);
  return [...[0.5, 0.95, 0.99].map((p) => percentile(times, p)), rate];
}
