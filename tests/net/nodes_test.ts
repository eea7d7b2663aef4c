/**
 * Real ends over many nodes behind one address: what dies, what goes on. Nodes are processes of the program itself, Redis is real, links
 * are WebRTC over loopback.
 */
import assert from "node:assert/strict";
import { Balancer } from "../road/balancer.ts";
import { needsRedis, Redis } from "../road/redis.ts";
import type { Link } from "../../transport/link.ts";
import { poll, pollAsync } from "../support/deadline.ts";
import { testWith } from "../support/needs.ts";
import { Spawned } from "../support/spawned.ts";
import { closeRtc, type HostEnd, passes, startHost, startViewer } from "../transport/ends.ts";

/** The requirement's own length, in ms; the road and its ends must mend themselves after it. */
const OUTAGE = 30_000;

const main = new URL("../../main.ts", import.meta.url).pathname;

async function startNode(redis: Redis): Promise<Spawned & { port: number }> {
  const node = Spawned.start([
    ...[Deno.execPath(), "run", "-A", main, "road", "--json", "--no-web", "--listen", "127.0.0.1:0"],
    ...["--redis", redis.url],
  ]);
  const url = await node.waitForLine((line) => JSON.parse(line).url, 20_000);
  return Object.assign(node, { port: Number(new URL(String(url)).port) });
}

/** The node at which a peer joined last, and when (ms since 1970), by the nodes' logs. */
function joinedAt(nodes: readonly Spawned[], peer: string): { node?: Spawned; time: number } {
  const found = nodes.flatMap((node) =>
    node.lines().map((line) => JSON.parse(line)).filter((event) =>
      event.event === "joined" && event.peer === peer
    ).map(({ time }) => ({ node, time: time as number }))
  );
  return found.reduce((last, each) => each.time >= last.time ? each : last, { time: 0 });
}

/** Sends over the link again and again until `done` holds. */
async function carriesUntil(
  link: Link,
  host: HostEnd,
  done: () => boolean,
  what: string,
  ms = 20_000,
): Promise<void> {
  const name = Math.random().toString(36).slice(2);
  let sent = 0;
  await pollAsync(
    async () => {
      await passes(link, "ctrl", `${name}-${sent++}`, host.story);
      return done();
    },
    ms,
    what,
  );
}

const nodesTest = (name: string, test: () => Promise<void>) =>
  testWith([needsRedis], `many nodes: ${name}`, async () => {
    try {
      await test();
    } finally {
      await closeRtc();
    }
  });

nodesTest(
  "kill -9 of the host's node: the link never notices, and both ends negotiate on another node",
  async () => {
    await using redis = await Redis.start();
    await using a = await startNode(redis);
    await using b = await startNode(redis);
    await using balancer = new Balancer([a.port, b.port]);
    await using host = await startHost(balancer.url);
    await using viewer = await startViewer(balancer.url, host.session);
    await viewer.story.wait(/^link direct$/);
    await host.story.wait(/^link \S+ direct$/);
    const peers = ["host", ...host.links.keys()];
    const nodes = [a, b];
    const victim = joinedAt(nodes, "host").node!;
    const survivor = nodes.find((node) => node !== victim)!;
    const link = viewer.peer.link!;
    let over = false;
    void link.closed.then(() => over = true);
    const lines = viewer.story.lines.length;
    balancer.nodes = [survivor.port];
    const killed = Date.now();
    victim.kill("SIGKILL");
    const back = () =>
      host.road.online && viewer.road.online &&
      peers.every((peer) => joinedAt([survivor], peer).time >= killed);
    await carriesUntil(link, host, back, "both ends to be on the other node");
    assert.ok(!over, viewer.story.lines.slice(lines).join("\n"));
    viewer.peer.renegotiate("the test wants a fresh one");
    await viewer.story.wait(/^link direct$/, 10_000, lines);
    await passes(viewer.peer.link!, "ctrl", "after", host.story);
  },
);

nodesTest("Redis gone for 30 s: the link lives, new joins are told, all recovers by itself", async () => {
  await using redis = await Redis.start();
  await using a = await startNode(redis);
  await using b = await startNode(redis);
  await using host = await startHost(`http://127.0.0.1:${a.port}`);
  await using viewer = await startViewer(`http://127.0.0.1:${b.port}`, host.session);
  await viewer.story.wait(/^link direct$/);
  const link = viewer.peer.link!;
  let over = false;
  void link.closed.then(() => over = true);
  await redis.down();
  await assert.rejects(startViewer(`http://127.0.0.1:${b.port}`, host.session), /can't reach its Redis/);
  const end = performance.now() + OUTAGE;
  await carriesUntil(link, host, () => performance.now() > end, "the outage's end", OUTAGE + 5_000);
  assert.ok(!over, "the link ended");
  const lines = viewer.story.lines.length;
  await redis.up();
  await poll(() => viewer.road.online, 20_000, "the viewer to be back on the road");
  assert.ok(!over, "the link ended when Redis came back");
  viewer.peer.renegotiate("the test wants a fresh one");
  await viewer.story.wait(/^link direct$/, 15_000, lines);
  await using other = await startViewer(`http://127.0.0.1:${b.port}`, host.session, { name: "Bob" });
  await other.story.wait(/^link direct$/);
});

nodesTest("a rolling restart ends nobody's session and no link", async () => {
  await using redis = await Redis.start();
  let nodes = [await startNode(redis), await startNode(redis)];
  await using balancer = new Balancer(nodes.map(({ port }) => port));
  await using host = await startHost(balancer.url);
  await using viewer = await startViewer(balancer.url, host.session);
  await viewer.story.wait(/^link direct$/);
  const peers = ["host", ...host.links.keys()];
  const all = [...nodes];
  for (const old of [...nodes]) {
    const link = viewer.peer.link!;
    let over = false;
    void link.closed.then(() => over = true);
    nodes = nodes.filter((node) => node !== old);
    balancer.nodes = nodes.map(({ port }) => port);
    old.kill("SIGTERM");
    assert.equal((await old.waitForExit(6_000)).code, 143);
    await old[Symbol.asyncDispose]();
    const fresh = await startNode(redis);
    nodes.push(fresh);
    all.push(fresh);
    balancer.nodes = nodes.map(({ port }) => port);
    const back = () =>
      host.road.online && viewer.road.online && peers.every((peer) => joinedAt(all, peer).node !== old);
    await carriesUntil(link, host, back, "both ends to be back on the road");
    assert.ok(!over);
    // That they are is proved by a negotiation, which goes through it.
    const lines = viewer.story.lines.length;
    viewer.peer.renegotiate("the test wants a fresh one");
    await viewer.story.wait(/^link direct$/, 10_000, lines);
  }
  assert.ok(!host.story.has(/^left /) && !viewer.story.has(/^ended /));
  for (const node of nodes) await node[Symbol.asyncDispose]();
});
