/** What people do over a session, timed in simulated ms. */
import type { Network } from "./network.ts";
import { SessionPair } from "./session_pair.ts";
import { busy, log, redraw } from "./printing.ts";
import { begun, LONGEST, only, type Samples, shown } from "./scene.ts";
import { text, Words } from "./words.ts";

export interface Workload {
  readonly name: string;
  readonly run: (network: Network, seed: number) => Promise<Samples>;
}

/** A shell takes so long to echo a key; ms. */
const ECHO = 1.5;

/** A shell echoes each key; returns what types one. `times`: where its time is noted. */
function echoes(pair: SessionPair, times: () => number[]): (key?: string) => void {
  const typedAt: number[] = [];
  const echo = (bytes: Uint8Array) => {
    pair.print(bytes);
    for (let i = 0; i < bytes.length; i++) pair.await(times(), typedAt.shift()!);
  };
  pair.onTyped = (bytes) => pair.clock.schedule(ECHO, () => echo(bytes.slice()));
  return (key = "x") => {
    typedAt.push(pair.clock.now);
    pair.viewer.type(text(key));
  };
}

async function typing(network: Network, seed: number): Promise<Samples> {
  const pair = await begun(network, seed);
  const samples: Samples = { "first keys": [], keys: [], "slow keys": [] };
  let into = samples["first keys"]!;
  const type = echoes(pair, () => into);
  const keys = async (name: string, count: number, gap: number) => {
    into = samples[name]!;
    for (let i = 0; i < count; i++) {
      type();
      await pair.run(gap);
    }
    await pair.run(LONGEST, () => pair.settled);
  };
  await keys("first keys", 25, 125);
  // Until it is known what the path loses.
  await keys("keys", 40, 125);
  samples.keys!.length = 0;
  const before = pair.path.sent;
  await keys("keys", 80, 125);
  const { packets, bytes } = pair.path.sent;
  samples["packets a key"] = [(packets - before.packets) / 80];
  samples["bytes a key"] = [(bytes - before.bytes) / 80];
  await keys("slow keys", 25, 600);
  return samples;
}

/** `seq 1 200000`, as fast as a terminal takes it. */
async function seq(network: Network, seed: number): Promise<Samples> {
  const pair = await begun(network, seed);
  const from = pair.clock.now;
  const bytes = text(Array.from({ length: 200_000 }, (_, i) => `${i + 1}\r\n`).join(""));
  for (let at = 0; at < bytes.length; at += 16 * 1024) {
    pair.print(bytes.slice(at, at + 16 * 1024));
    await pair.run(1);
  }
  return { "last line": [await shown(pair, from)] };
}

async function interrupt(network: Network, seed: number): Promise<Samples> {
  const pair = await begun(network, seed);
  const words = new Words(seed);
  const page = words.bytes(8 * 1024);
  const samples: Samples = { prompt: [] };
  for (let flood = 0; flood < 5; flood++) {
    let over = false;
    const from = pair.clock.now + 200 + 7 * flood;
    pair.onTyped = () => {
      over = true;
      pair.clock.schedule(1.5, () => {
        pair.print(text("^C\r\n$ "));
        pair.await(samples.prompt!, from);
      });
    };
    pair.clock.schedule(from - pair.clock.now, () => pair.viewer.type(text("\x03")));
    while (!over && pair.clock.now < from + LONGEST) {
      pair.print(page);
      await pair.run(2);
    }
    await pair.run(LONGEST, () => samples.prompt!.length > flood);
    await pair.run(500);
  }
  return samples;
}

/** Nothing comes through for 3 s while somebody types, or while a program prints: how long after that the screen is as it should be. */
async function outage(network: Network, seed: number, types: boolean): Promise<number[]> {
  const pair = await begun(network, seed);
  const words = new Words(seed);
  const type = echoes(pair, () => []);
  const act = () => types ? type() : pair.print(words.bytes(200));
  const times: number[] = [];
  const acting = async (ms: number) => {
    for (const until = pair.clock.now + ms; pair.clock.now < until; await pair.run(125)) act();
  };
  for (let i = 0; i < 2; i++) {
    await acting(3000);
    pair.path.cut = true;
    await acting(3000);
    pair.path.cut = false;
    const from = pair.clock.now;
    if (types) {
      await pair.run(LONGEST, () => pair.viewer.unsent === 0);
      await pair.run(2 * ECHO);
    }
    times.push(await shown(pair, from));
  }
  return times;
}

async function outages(network: Network, seed: number): Promise<Samples> {
  return {
    "typing, all shown": await outage(network, seed, true),
    "printing, all shown": await outage(network, seed, false),
  };
}

async function firstScreen(network: Network, seed: number): Promise<Samples> {
  const samples: Samples = { "a shell's": [], "a full one": [] };
  for (const [name, bytes] of [["a shell's", 600], ["a full one", 3000]] as const) {
    for (let i = 0; i < 3; i++) {
      const pair = new SessionPair(network, 100 * seed + i);
      pair.print(new Words(seed + i).bytes(bytes));
      samples[name]!.push(await shown(pair));
    }
  }
  return samples;
}

async function paste(network: Network, seed: number): Promise<Samples> {
  const pair = await begun(network, seed);
  const from = pair.clock.now;
  const bytes = new Words(seed).bytes(200_000);
  pair.viewer.type(bytes);
  await pair.run(LONGEST, () => pair.typed >= bytes.length);
  return { taken: [pair.clock.now - from] };
}

export const WORKLOADS: readonly Workload[] = [
  { name: "typing", run: typing },
  { name: "redraw", run: (network, seed) => redraw(network, seed) },
  {
    name: "watched redraw",
    run: async (network, seed) => {
      return only(await redraw(network, seed, Infinity), "lag", "changes missed a second", "KB a second");
    },
  },
  { name: "busy", run: busy },
  { name: "log", run: log },
  { name: "seq", run: seq },
  { name: "Ctrl-C", run: interrupt },
  { name: "3 s outage", run: outages },
  { name: "first screen", run: firstScreen },
  { name: "paste", run: paste },
];
