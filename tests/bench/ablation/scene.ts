/** What the workloads have in common. */
import type { Network } from "./network.ts";
import { SessionPair } from "./session_pair.ts";
import { Words } from "./words.ts";

/** Figures of one run by name, ms unless the name says otherwise; smaller is better. */
export type Samples = Record<string, number[]>;

/** The longest that anything is waited for; ms. */
export const LONGEST = 30_000;

/** A pair that has shown its first screen. */
export async function begun(network: Network, seed: number): Promise<SessionPair> {
  const pair = new SessionPair(network, seed);
  pair.print(new Words(seed).bytes(2000));
  await shown(pair);
  await pair.run(1000);
  return pair;
}

/** How long after `from` (ms) all that is printed until now is shown. */
export async function shown(pair: SessionPair, from = pair.clock.now): Promise<number> {
  const times: number[] = [];
  pair.await(times, from);
  await pair.run(LONGEST, () => times.length > 0);
  return times[0] ?? LONGEST;
}

/** Those figures alone. */
export function only(samples: Samples, ...names: readonly string[]): Samples {
  return Object.fromEntries(names.map((name) => [name, samples[name]!]));
}
