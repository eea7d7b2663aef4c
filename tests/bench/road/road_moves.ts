/**
 * How long a session is without its road when a node goes: `deno run -A tests/bench/road/road_moves.ts`. Needs redis-server. Each is the median of five;
 * the tests of the same (`tests/road/nodes/nodes_test.ts`, `deploy_test.ts`, `relay_test.ts`) have deadlines only.
 */
import { startRoad } from "../../../road/server.ts";
import { Client, party } from "../../road/client.ts";
import { RawSocket } from "../../road/raw_socket.ts";
import { Redis } from "../../road/redis.ts";
import { encodeRelayed } from "../../../transport/schema/relay_message.ts";
import { Spawned } from "../../support/spawned.ts";

const main = new URL("../../../main.ts", import.meta.url).pathname;
const RUNS = 5;

async function startNode(...flags: string[]): Promise<{ readonly node: Spawned; readonly url: string }> {
  const command = [Deno.execPath(), "run", "-A", main, "road", "--json", "--no-web"];
  const node = Spawned.start([...command, "--listen", "127.0.0.1:0", ...flags]);
  return { node, url: String(await node.waitForLine((line) => JSON.parse(line).url, 20_000)) };
}

/** A host's node is killed; from the end of its socket to its place on another node, in ms. */
async function takeover(): Promise<number> {
  await using redis = await Redis.start();
  const { node, url } = await startNode("--redis", redis.url);
  await using _node = node;
  await using other = await startRoad({ redis: redis.url });
  const host = await Client.join(url, "new", "host");
  const { session, token } = host.welcome;
  node.kill("SIGKILL");
  await host.closed;
  const since = performance.now();
  await Client.join(other, session, "host", { token });
  return performance.now() - since;
}

/** A road is told to end; until it has told its peers and ended, in ms. */
async function ending(): Promise<number> {
  const { node, url } = await startNode();
  await using _node = node;
  await party(url);
  const since = performance.now();
  node.kill("SIGTERM");
  await node.waitForExit(10_000);
  return performance.now() - since;
}

/** The same for a road with a reader that has stopped, and megabytes for it. */
async function endingStuck(): Promise<number> {
  const road = await startRoad();
  const { host, session } = await party(road);
  using stuck = await RawSocket.open(road.addr, session);
  await stuck.text({ type: "join", version: 1, role: "viewer" });
  const { peer } = await host.next("peer_joined");
  for (let i = 0; i < 150; i++) {
    host.ws.send(encodeRelayed({ peer, channel: "term", sealed: new Uint8Array(64_000) }));
  }
  await host.sync();
  const since = performance.now();
  await road.close();
  return performance.now() - since;
}

for (
  const [name, target, measure] of [
    ["takeover", "< 3,000 ms: the host on another node after kill -9 of its own", takeover],
    ["ending", "< 3,000 ms: SIGTERM to the end of the process", ending],
    ["stuck", "< 2,000 ms: the same with a reader that has stopped (it is cut after 1,000)", endingStuck],
  ] as const
) {
  const times: number[] = [];
  for (let i = 0; i < RUNS; i++) times.push(await measure());
  times.sort((a, b) => a - b);
  const words = times.map((ms) => ms.toFixed(0)).join(", ");
  console.log(
    `${name.padEnd(8)} ${target}\n         now ${times[RUNS >> 1]!.toFixed(0)} ms (${words}; load average ${
      Deno.loadavg()[0]!.toFixed(1)
    })`,
  );
}
Deno.exit(0);
