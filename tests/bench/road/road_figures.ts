/**
 * The road's figures, each beside its target, generator and road on the same machine: `deno run -A tests/bench/road/road_figures.ts [name…]`. A
 * busy machine spoils them, so each is measured up to three times and the best is told, with the load average of that moment.
 */
import { LIMIT_DEFAULTS } from "../../../road/config/limit_table.ts";
import { poll } from "../../support/deadline.ts";
import { Spawned } from "../../support/spawned.ts";

const here = (path: string) => new URL(path, import.meta.url).pathname;
const ALL = 1e12;
const free = { burst: ALL, perSecond: ALL };
const limits = {
  sessions: 100_000,
  joining: 20_000,
  joiningEach: 20_000,
  connectionsEach: ALL,
  http: free,
  joins: free,
  messages: free,
  relayRate: free,
  relayEach: free,
  relayTotal: free,
  relayBytes: ALL * 1000,
};
const TRIES = 3;
const AS_SET_UP = { relayRate: LIMIT_DEFAULTS.relayRate, relayTotal: LIMIT_DEFAULTS.relayTotal };

interface Figure {
  readonly name: string;
  readonly target: string;
  readonly good: (value: number) => boolean;
  /** One measurement: the number to judge, and it in words. */
  readonly measure: () => Promise<{ readonly value: number; readonly words: string }>;
  readonly better: "low" | "high";
}

async function startRoad(
  change: Record<string, unknown> = {},
): Promise<{ road: Spawned; url: string; startMs: number } & AsyncDisposable> {
  const road = Spawned.start([
    ...[
      Deno.execPath(),
      "run",
      "-A",
      "--quiet",
      here("../../road/road_process.ts"),
      JSON.stringify({ limits: { ...limits, ...change } }),
    ],
    "quiet",
  ]);
  const { url, startMs } = await road.waitForLine((line) => JSON.parse(line), 20_000);
  return { road, url, startMs, [Symbol.asyncDispose]: () => road[Symbol.asyncDispose]() };
}

function generate(url: string, ...args: (string | number)[]): Spawned {
  return Spawned.start([
    Deno.execPath(),
    "run",
    "-A",
    "--quiet",
    here("../../load/load.ts"),
    url,
    ...args.map(String),
  ]);
}

// deno-lint-ignore no-explicit-any -- what `load.ts` prints
async function result(url: string, ...args: (string | number)[]): Promise<any> {
  await using load = generate(url, ...args);
  return JSON.parse(await load.waitForLine((line) => line, 120_000));
}

/** Resident memory in MB (10^6 bytes). */
function memory(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(Deno.readTextFileSync(`/proc/${pid}/status`))![1]) * 1024 / 1e6;
}

/** The typist is a process of its own: it must not wait for the streams' generator. `least` is what they must move meanwhile, in MB/s. */
function key(
  name: string,
  beside: string,
  streams: number,
  least: number,
  change: Record<string, unknown>,
): Figure {
  return {
    name,
    target: `p99 of a key < 10 ms beside ${beside}`,
    better: "low",
    good: (p99) => p99 < 10,
    measure: async () => {
      await using road = await startRoad(change);
      const stream = result(road.url, "relay", streams, 8);
      const { keys } = await result(road.url, "keys", 1, 6);
      const { rate } = await stream;
      const words = `p50 ${keys.p50.toFixed(1)} ms, p99 ${keys.p99.toFixed(1)} ms, beside ${
        (rate / 1e6).toFixed(0)
      } MB/s`;
      return { value: rate / 1e6 < least ? Infinity : keys.p99, words };
    },
  };
}

const FIGURES: readonly Figure[] = [
  {
    name: "ready",
    target: "< 300 ms from the start of the process to taking joins",
    better: "low",
    good: (ms) => ms < 300,
    measure: async () => {
      const began = performance.now();
      await using road = Spawned.start([
        ...[Deno.execPath(), "run", "-A", here("../../../main.ts"), "road", "--listen", "127.0.0.1:0"],
      ]);
      await road.waitForOutput(/listening on/, 20_000);
      const value = performance.now() - began;
      return { value, words: `${value.toFixed(0)} ms` };
    },
  },
  {
    name: "idle",
    target: "10,000 idle sockets in < 300 MB",
    better: "low",
    good: (mb) => mb < 300,
    measure: async () => {
      await using road = await startRoad();
      await using load = generate(road.url, "idle", 10_000);
      await load.waitForOutput(/ready/, 120_000);
      // What the joins left is collected when the engine likes; a heartbeat (20 s) is in the time.
      const sizes: number[] = [];
      const end = performance.now() + 22_000;
      await poll(
        () => (sizes.push(memory(road.road.pid)), performance.now() > end),
        30_000,
        "a heartbeat",
        500,
      );
      const value = sizes.at(-1)!;
      return { value, words: `${value.toFixed(0)} MB (most meanwhile ${Math.max(...sizes).toFixed(0)} MB)` };
    },
  },
  {
    name: "joins",
    target: "500 complete joins a second with p99 < 100 ms",
    better: "low",
    good: (p99) => p99 < 100,
    measure: async () => {
      await using road = await startRoad();
      await result(road.url, "joins", 200, 2);
      const { rate, p50, p99, errors } = await result(road.url, "joins", 500, 6);
      const words = `${rate.toFixed(0)} a second, p50 ${p50.toFixed(1)} ms, p99 ${
        p99.toFixed(1)
      } ms, ${errors.length} kinds of error`;
      return { value: errors.length === 0 ? p99 : Infinity, words };
    },
  },
  {
    name: "signals",
    target: ">= 40,000 signals a second",
    better: "high",
    good: (rate) => rate >= 40_000,
    measure: async () => {
      await using road = await startRoad();
      const { rate } = await result(road.url, "signals", 50, 5);
      return { value: rate, words: `${rate.toFixed(0)} a second` };
    },
  },
  {
    name: "relay",
    target: ">= 150 MB/s in all",
    better: "high",
    good: (rate) => rate >= 150,
    measure: async () => {
      await using road = await startRoad();
      const { rate } = await result(road.url, "relay", 4, 5);
      return { value: rate / 1e6, words: `${(rate / 1e6).toFixed(0)} MB/s (4 streams)` };
    },
  },
  key("key", "a stream that saturates its session's rate, as a road is set up", 1, 15, AS_SET_UP),
  key("keymany", "16 of them, more than the node relays, which is >= 150 MB/s", 16, 150, AS_SET_UP),
  key("keyfree", "a stream that saturates the node's rate, >= 150 MB/s", 1, 150, {
    relayTotal: LIMIT_DEFAULTS.relayTotal,
  }),
];

let short = 0;
for (const { name, target, good, measure, better } of FIGURES) {
  if (Deno.args.length > 0 && !Deno.args.includes(name)) continue;
  let best: { value: number; words: string; load: number } | undefined;
  for (let i = 0; i < TRIES && !(best && good(best.value)); i++) {
    const load = Deno.loadavg()[0]!;
    const measured = await measure();
    if (!best || (better === "low" ? measured.value < best.value : measured.value > best.value)) {
      best = { ...measured, load };
    }
  }
  const { value, words, load } = best!;
  if (!good(value)) short++;
  console.log(
    `${name.padEnd(8)} target ${target}\n         now    ${words} (load average ${load.toFixed(1)})${
      good(value) ? "" : "  SHORT"
    }`,
  );
}
Deno.exit(short > 0 ? 1 : 0);
