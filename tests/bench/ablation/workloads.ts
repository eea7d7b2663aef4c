/** What people do over a session, timed in simulated ms. Each returns its samples by name; smaller is better. */
import type { Network } from "./network.ts";
import { SessionPair } from "./session_pair.ts";
import { text, Words } from "./words.ts";

export type Samples = Record<string, number[]>;

export interface Workload {
  readonly name: string;
  readonly run: (network: Network, seed: number) => Promise<Samples>;
}

/** The longest that anything is waited for; ms. */
const LONGEST = 30_000;

/** A pair that has shown its first screen. */
async function begun(network: Network, seed: number): Promise<SessionPair> {
  const pair = new SessionPair(network, seed);
  pair.print(new Words(seed).bytes(2000));
  await shown(pair);
  await pair.run(1000);
  return pair;
}

async function shown(pair: SessionPair, from = pair.clock.now): Promise<number> {
  const times: number[] = [];
  pair.await(times, from);
  await pair.run(LONGEST, () => times.length > 0);
  return times[0] ?? LONGEST;
}

/** A shell: it echoes each key. */
function echoes(pair: SessionPair, times: () => number[]): (key?: string) => void {
  const typedAt: number[] = [];
  pair.onTyped = (bytes) => {
    pair.print(bytes.slice());
    for (let i = 0; i < bytes.length; i++) pair.await(times(), typedAt.shift()!);
  };
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

/** A program that prints on and on while somebody types: the effect of a key is in what it prints next. */
async function beside(
  pair: SessionPair,
  every: number,
  count: number,
  print: (turn: number) => void,
  gap = 190,
): Promise<Samples> {
  const keys: number[] = [];
  const lag: number[] = [];
  const waiting: number[] = [];
  pair.onTyped = () => {
    waiting.push(typedAt.shift()!);
  };
  const typedAt: number[] = [];
  const begin = pair.clock.now;
  let shownBefore = pair.viewer.shown;
  let changes = 0;
  const [before, { snapshots, torn }] = [pair.path.sent, pair];
  let next = begin + gap;
  for (let turn = 0; turn < count; turn++) {
    print(turn);
    for (const from of waiting.splice(0)) pair.await(keys, from);
    pair.await(lag, pair.clock.now);
    const until = begin + (turn + 1) * every;
    await pair.run(until - pair.clock.now, () => {
      if (pair.viewer.shown > shownBefore) {
        changes++;
        shownBefore = pair.viewer.shown;
      }
      if (pair.clock.now >= next) {
        next += gap;
        typedAt.push(pair.clock.now);
        pair.viewer.type(text("x"));
      }
      return false;
    });
  }
  await pair.run(LONGEST, () => pair.settled);
  const seconds = count * every / 1000;
  return {
    keys,
    lag,
    "changes missed a second": [Math.max(0, 1000 / every - changes / seconds)],
    "KB a second": [(pair.path.sent.bytes - before.bytes) / 1000 / seconds],
    "torn screens, %": [100 * (pair.torn - torn) / Math.max(1, pair.snapshots - snapshots)],
  };
}

async function redraw(network: Network, seed: number): Promise<Samples> {
  const pair = await begun(network, seed);
  const words = new Words(seed);
  return beside(pair, 1000 / 60, 180, () => {
    pair.print(words.bytes(1200), true);
    pair.clock.schedule(3, () => pair.print(words.bytes(1200)));
  });
}

async function log(network: Network, seed: number): Promise<Samples> {
  const pair = await begun(network, seed);
  const words = new Words(seed);
  const { keys, lag, "KB a second": rate } = await beside(pair, 40, 120, () => pair.print(words.bytes(80)));
  return { keys: keys!, lag: lag!, "KB a second": rate! };
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
    if (types) await pair.run(LONGEST, () => pair.viewer.unsent === 0);
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
  { name: "redraw", run: redraw },
  { name: "log", run: log },
  { name: "seq", run: seq },
  { name: "Ctrl-C", run: interrupt },
  { name: "3 s cut", run: outages },
  { name: "first screen", run: firstScreen },
  { name: "paste", run: paste },
];
