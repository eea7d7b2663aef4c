/**
 * Real ends over many nodes behind one address: what dies, what goes on. Nodes are processes of the program itself, Redis is real, links
 * are WebRTC over loopback.
 */
import assert from "node:assert/strict";
import { Balancer } from "../road/balancer.ts";
import { needsRedis, Redis } from "../road/redis.ts";
import { testWith } from "../support/needs.ts";
import { Spawned } from "../support/spawned.ts";
import { closeRtc, passes, startHost, startViewer } from "../transport/ends.ts";

const main = new URL("../../main.ts", import.meta.url).pathname;

async function startNode(redis: Redis): Promise<Spawned & { port: number }> {
  const node = Spawned.start([
    ...[Deno.execPath(), "run", "-A", main, "road", "--json", "--no-web", "--listen", "127.0.0.1:0"],
    ...["--redis", redis.url],
  ]);
  const url = await node.waitForLine((line) => JSON.parse(line).url, 20_000);
  return Object.assign(node, { port: Number(new URL(String(url)).port) });
}

/** The nodes with a session's socket, by the log's word. */
function joinedAt(nodes: readonly Spawned[], peer: string): number {
  return nodes.findLastIndex((node) =>
    node.lines().some((line) => {
      const event = JSON.parse(line);
      return event.event === "joined" && event.peer === peer;
    })
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
    const nodes = [a, b];
    const victim = joinedAt(nodes, "host");
    assert.notEqual(victim, joinedAt(nodes.filter((_, i) => i !== victim), "host"));
    const link = viewer.peer.link!;
    let over = false;
    void link.closed.then(() => over = true);
    const lines = viewer.story.lines.length;
    nodes[victim]!.kill("SIGKILL");
    balancer.nodes = [nodes[1 - victim]!.port];
    await host.story.wait(/joined|road .* was lost|The road/i, 8_000);
    for (let i = 0; i < 20; i++) {
      await passes(link, "ctrl", `during${i}`, host.story);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.ok(!over && host.road.online && viewer.road.online, viewer.story.lines.slice(lines).join("\n"));
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
  for (let second = 0; second < 30; second++) {
    await passes(link, "ctrl", `second${second}`, host.story);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  assert.ok(!over, "the link ended");
  const lines = viewer.story.lines.length;
  await redis.up();
  const end = performance.now() + 20_000;
  while (!viewer.road.online) {
    assert.ok(performance.now() < end, viewer.story.lines.slice(lines).join("\n"));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
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
  const link = viewer.peer.link!;
  let over = false;
  void link.closed.then(() => over = true);
  for (const old of [...nodes]) {
    nodes = nodes.filter((node) => node !== old);
    balancer.nodes = nodes.map(({ port }) => port);
    old.kill("SIGTERM");
    assert.equal((await old.waitForExit(6_000)).code, 143);
    await old[Symbol.asyncDispose]();
    nodes.push(await startNode(redis));
    balancer.nodes = nodes.map(({ port }) => port);
    for (let i = 0; i < 30; i++) {
      await passes(link, "ctrl", `${old.pid}-${i}`, host.story);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.ok(host.road.online && viewer.road.online, "both are back on the road");
  }
  assert.ok(!over);
  assert.ok(!host.story.has(/^left /) && !viewer.story.has(/^ended /));
  const lines = viewer.story.lines.length;
  viewer.peer.renegotiate("the test wants a fresh one");
  await viewer.story.wait(/^link direct$/, 10_000, lines);
  for (const node of nodes) await node[Symbol.asyncDispose]();
});
