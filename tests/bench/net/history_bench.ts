/**
 * Key to echo, 8 keys a second, while 5 MB of history that can't be packed go to the viewer, beside the same without: in turns, each in a new session.
 *
 *     deno run -A tests/bench/net/history_bench.ts [--runs 3] [--keys 300] [--networks 0,5,10,1m]
 */
import { median, percentile } from "../figures.ts";
import { printRandom, typeOn } from "./measures.ts";
import { start } from "./systems.ts";
import { type Network, NETWORKS } from "./networks.ts";
import { list, option } from "../options.ts";

/** What `base64` makes 5 MB of. */
const RANDOM = 3_750_000;

const runs = Number(option("runs") ?? 3);
const keys = Number(option("keys") ?? 300);
// The default keeps 0.8 MB of these lines.
Deno.env.set("BEACH_SCROLLBACK", "100000");

for (const name of list("networks", Object.keys(NETWORKS))) {
  const network = NETWORKS[name]!;
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
  if (bytes > 0) await printRandom(running.terminal, bytes);
  const { times, rate } = await typeOn(running, keys);
  return [...[0.5, 0.95, 0.99].map((p) => percentile(times, p)), rate];
}
