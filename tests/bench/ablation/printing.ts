/** Programs that print on and on, while somebody types or only looks. */
import type { Network } from "./network.ts";
import { begun, LONGEST, only, type Samples } from "./scene.ts";
import type { SessionPair } from "./session_pair.ts";
import { text, Words } from "./words.ts";

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

/** A screen 60 times a second, each in two halves. */
export async function redraw(network: Network, seed: number, gap?: number): Promise<Samples> {
  const pair = await begun(network, seed);
  const words = new Words(seed);
  return beside(pair, 1000 / 60, 180, () => {
    pair.print(words.bytes(1200), true);
    pair.clock.schedule(3, () => pair.print(words.bytes(1200)));
  }, gap);
}

/** A program that never pauses. */
export async function busy(network: Network, seed: number): Promise<Samples> {
  const pair = await begun(network, seed);
  const words = new Words(seed);
  return only(await beside(pair, 3, 1000, () => pair.print(words.bytes(150))), "keys", "KB a second");
}

/** A line each 40 ms. */
export async function log(network: Network, seed: number): Promise<Samples> {
  const pair = await begun(network, seed);
  const words = new Words(seed);
  return only(await beside(pair, 40, 120, () => pair.print(words.bytes(80))), "keys", "lag", "KB a second");
}
