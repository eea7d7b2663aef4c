/**
 * What the network and this machine cost by themselves: bare datagrams there and back, at the pace of the keys that were typed just before.
 * Of a machine that others use too, a percentile says little without it.
 */
import { probe } from "../../net/probe_command.ts";
import { type Measure, threeOf, TYPING } from "./measures.ts";

/** For a program to start, or to end once its last datagram is due; ms. */
const SOON = 20_000;

/** Those that were lost tell nothing, and don't count. */
export const floor: Measure = async ({ lab }, { typedKeys }) => {
  const at = lab.address("host");
  await using echo = lab.run("host", probe("echo", at));
  await echo.waitForOutput(/ready/, SOON);
  await using ping = lab.run("viewer", probe("ping", at, typedKeys, TYPING));
  await ping.waitForExit(typedKeys * TYPING + SOON);
  const { rtts } = JSON.parse(ping.stdout) as { rtts: number[] };
  return threeOf("floor", rtts);
};
