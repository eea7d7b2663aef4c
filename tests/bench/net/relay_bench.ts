/**
 * What must arrive whole, peer to peer beside the relay: 5 MB of history that can't be packed, in turns, each in a new session; from the end of the output to the
 * last byte of it. The screen is no measure of throughput: on both paths only the newest goes.
 *
 *     deno run -A tests/bench/net/relay_bench.ts [--runs 3] [--networks lan,0,5,10,1m]
 */
import { median } from "../figures.ts";
import { printRandom } from "./measures.ts";
import { start, wireBytes } from "./systems.ts";
import { pause } from "./pause.ts";
import { type Network, NETWORKS } from "./networks.ts";
import { list, option } from "../options.ts";

/** What `base64` makes 5 MB of. */
const RANDOM = 3_750_000;
/** Below this many bytes in a look nothing flows but heartbeats; so many such looks end the measure. */
const QUIET = 2000;
const QUIET_LOOKS = 15;
const LOOK_EVERY = 100;

const ALL: Readonly<Record<string, Network>> = {
  lan: { title: "1 ms RTT, no loss", short: "LAN", link: { delayMs: 0.5 } },
  ...NETWORKS,
};

/** kB/s of history, by the bytes on the wire. */
async function throughput(system: "beach" | "websocket", network: Network, seed: string): Promise<number> {
  await using running = await start(system, network.link, seed);
  const before = await wireBytes(running.lab);
  await printRandom(running.terminal, RANDOM);
  const began = performance.now();
  const printed = await wireBytes(running.lab);
  let [last, lastAt, quiet] = [printed, began, 0];
  while (quiet < QUIET_LOOKS) {
    await pause(LOOK_EVERY);
    const now = await wireBytes(running.lab);
    quiet = now - last < QUIET ? quiet + 1 : 0;
    if (quiet === 0) lastAt = performance.now();
    last = now;
  }
  const [during, after] = [printed - before, last - printed].map((bytes) => Math.round(bytes / 1000));
  const rate = (last - printed) / (lastAt - began);
  console.error(
    `${network.short} ${system}: ${during} kB while it was printed, ${after} kB after, ${
      Math.round(rate)
    } kB/s`,
  );
  return rate;
}

// The default keeps 0.8 MB of these lines.
Deno.env.set("BEACH_SCROLLBACK", "100000");
const runs = Number(option("runs") ?? 3);
console.log("| network | peer to peer, kB/s | relay, kB/s | peer to peer is |\n|---|---|---|---|");
for (const name of list("networks", Object.keys(ALL))) {
  const rates: Record<"beach" | "websocket", number[]> = { beach: [], websocket: [] };
  for (let run = 0; run < runs; run++) {
    for (const system of ["beach", "websocket"] as const) {
      rates[system].push(await throughput(system, ALL[name]!, `relay-${run}`));
    }
  }
  const [direct, relay] = [median(rates.beach), median(rates.websocket)];
  const more = Math.round((direct / relay - 1) * 100);
  console.log(
    `| ${ALL[name]!.title} | ${Math.round(direct)} | ${Math.round(relay)} | ${
      more >= 0 ? `${more} % quicker` : `${-more} % slower`
    } |`,
  );
}
