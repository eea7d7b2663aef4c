/** Several roads with one Redis. Real Redis, real sockets. */
import assert from "node:assert/strict";
import { encodeRelayed } from "../../../transport/schema/relay_message.ts";
import type { Road } from "../../../road/server.ts";
import { pollAsync } from "../../support/deadline.ts";
import { Spawned } from "../../support/spawned.ts";
import { Client, within } from "../client.ts";
import { node, nodesTest } from "../redis.ts";

/** Joins again until the road takes it, as an end does. */
async function again(
  road: Road,
  session: string,
  role: "host" | "viewer",
  claim: { peer?: string; token: string },
) {
  const codes: string[] = [];
  const join = async () => {
    const client = await Client.open(road, session);
    client.send({ type: "join", version: 1, role, ...claim });
    await client.until(() => client.inbox.some(({ type }) => /^join_/.test(type)), "an answer");
    const [answer] = client.inbox;
    if (answer?.type === "join_success") return Object.assign(client, { welcome: answer, codes });
    assert.equal(answer?.type, "join_error");
    codes.push(answer?.type === "join_error" ? answer.code : "");
    await client.closed;
    return undefined;
  };
  return await pollAsync(join, 20_000, `the ${role} to join again`, 200);
}

/** A host on one node and a viewer on another, each aware of the other. */
async function apart(one: Road, other: Road) {
  const host = await Client.join(one, "new", "host");
  const { session } = host.welcome;
  const viewer = await Client.join(other, session, "viewer");
  await host.next("peer_joined");
  await host.next("state");
  await viewer.next("state");
  return { host, session, viewer, peer: viewer.welcome.peer };
}

async function negotiate(host: Client, viewer: Client, peer: string, n: number): Promise<void> {
  host.signal(peer, "offer", n);
  assert.equal((await viewer.next("signal")).signal.kind, "offer");
  viewer.signal("host", "answer", n);
  assert.equal((await host.next("signal")).signal.kind, "answer");
  host.signal(peer, "ice", n);
  assert.equal((await viewer.next("signal")).signal.kind, "ice");
}

async function relays(from: Client, to: Client, peer: string, sender: string): Promise<void> {
  const sealed = crypto.getRandomValues(new Uint8Array(3000));
  const before = to.bytes.length;
  from.ws.send(encodeRelayed({ peer, channel: "term", sealed }));
  await to.until(() => to.bytes.length > before, "relayed bytes");
  assert.deepEqual(to.bytes.at(-1), encodeRelayed({ peer: sender, channel: "term", sealed }));
}

nodesTest(
  "host and viewer on different nodes negotiate, relay, are refused and leave as on one",
  async (redis) => {
    await using a = await node(redis);
    await using b = await node(redis);
    const { host, session, viewer, peer } = await apart(a, b);
    assert.deepEqual([a.sessions().sessions, b.sessions().sessions], [1, 0]);
    assert.deepEqual(viewer.welcome.peers, ["host"]);
    await negotiate(host, viewer, peer, 1);
    await relays(host, viewer, peer, "host");
    await relays(viewer, host, "host", peer);
    // Errors come back over the nodes, to who made them.
    viewer.signal("host", "answer", 9);
    await viewer.refused("out_of_order");
    viewer.send({ type: "leave" });
    await viewer.refused("not_authorised");
    await viewer.sync();
    await viewer.close();
    assert.equal((await host.next("peer_left")).reason, "left");
    // A wrong claim of the host's place, from the other node.
    const thief = await Client.open(b, session);
    thief.send({ type: "join", version: 1, role: "host", token: "x".repeat(22) });
    assert.equal((await thief.next("join_error")).code, "not_authorised");
    const late = await Client.join(b, session, "viewer");
    host.send({ type: "leave" });
    assert.equal((await late.next("peer_left")).reason, "ended");
    assert.equal((await late.closed).code, 1000);
    const none = await Client.open(b, session);
    none.send({ type: "join", version: 1, role: "viewer" });
    assert.equal((await none.next("join_error")).code, "not_found");
  },
);

nodesTest(
  "two viewers on three nodes at once, a host that comes back elsewhere, a viewer too",
  async (redis) => {
    await using a = await node(redis);
    await using b = await node(redis);
    await using c = await node(redis);
    const host = await Client.join(a, "new", "host");
    const { session, token } = host.welcome;
    const [v1, v2] = await Promise.all([
      Client.join(b, session, "viewer"),
      Client.join(c, session, "viewer"),
    ]);
    assert.notEqual(v1.welcome.peer, v2.welcome.peer);
    await host.close(3001);
    assert.equal((await v1.next("peer_left")).reason, "lost");
    const back = await Client.join(c, session, "host", { token });
    assert.deepEqual([...back.welcome.peers].sort(), [v1.welcome.peer, v2.welcome.peer].sort());
    await negotiate(back, v1, v1.welcome.peer, 1);
    await v2.close(3001);
    await back.next("peer_left");
    const moved = await Client.join(a, session, "viewer", { peer: v2.welcome.peer, token: v2.welcome.token });
    assert.equal((await back.next("peer_joined")).resumed, true);
    await negotiate(back, moved, moved.welcome.peer, 1);
    // The older socket on another node is closed when the peer joins again.
    const twice = await Client.join(b, session, "viewer", { peer: v2.welcome.peer, token: v2.welcome.token });
    assert.equal((await within(moved.closed, "the older socket to close")).code, 4002);
    await twice.close();
  },
);

nodesTest(
  "kill -9 of the node that holds the session: its guests are told, the next node takes it over",
  async (redis) => {
    const file = new URL("../road_process.ts", import.meta.url).pathname;
    const options = JSON.stringify({ redis: redis.url });
    await using victim = Spawned.start([Deno.execPath(), "run", "-A", "--quiet", file, options]);
    const url = await victim.waitForLine((line) => line.includes("startMs") && JSON.parse(line).url, 10_000);
    await using b = await node(redis);
    await using c = await node(redis);
    const host = await Client.join(url, "new", "host");
    const { session, token } = host.welcome;
    const viewer = await Client.join(b, session, "viewer");
    await host.next("peer_joined");
    victim.kill("SIGKILL");
    await within(host.closed, "the host's socket to break");
    const back = await again(c, session, "host", { token });
    assert.ok(c.sessions().sessions === 1 && b.sessions().sessions === 0);
    // The viewer's node hears that nobody listens, at the latest when the lease ends.
    await viewer.next("moving", undefined);
    assert.equal((await within(viewer.closed, "the viewer to be moved", 8_000)).code, 1012);
    const returned = await again(b, session, "viewer", {
      peer: viewer.welcome.peer,
      token: viewer.welcome.token,
    });
    await back.next("peer_joined");
    await negotiate(back, returned, viewer.welcome.peer, 1);
    await relays(back, returned, viewer.welcome.peer, "host");
    // With a wrong token nobody takes a session over.
    const thief = await Client.open(b, session);
    thief.send({ type: "join", version: 1, role: "host", token: "y".repeat(22) });
    assert.equal((await thief.next("join_error")).code, "not_authorised");
  },
);

nodesTest(
  "Redis is gone and comes back empty: sessions of one node go on, new joins are told, all recovers",
  async (redis) => {
    await using a = await node(redis, { viewerGrace: 100 });
    await using b = await node(redis);
    const near = await apart(a, a);
    const far = await apart(a, b);
    await redis.down();
    assert.equal((await within(far.viewer.closed, "the guest to be moved")).code, 1012);
    assert.equal((await far.host.next("peer_left")).reason, "lost");
    assert.equal((await fetch(`${a.url}/readyz`)).status, 503);
    // What is on one node alone notices nothing, new viewers of it included.
    await negotiate(near.host, near.viewer, near.peer, 1);
    await relays(near.host, near.viewer, near.peer, "host");
    const second = await Client.join(a, near.session, "viewer");
    await near.host.next("peer_joined");
    const fresh = await Client.open(a, "new");
    fresh.send({ type: "join", version: 1, role: "host" });
    const refusal = await fresh.next("join_error");
    assert.equal(refusal.code, "unavailable");
    assert.match(refusal.message, /can't reach its Redis/);
    // A viewer that is lost for another reason is forgotten meanwhile, though it was lost later.
    await second.close(3001);
    await near.host.next("peer_left", ({ reason }) => reason === "expired");
    await far.host.sync();
    assert.ok(far.host.inbox.every(({ type }) => type !== "peer_left"), "the guest is kept");
    await redis.up();
    const viewer = await again(b, far.session, "viewer", {
      peer: far.peer,
      token: far.viewer.welcome.token,
    });
    assert.equal((await far.host.next("peer_joined")).resumed, true);
    await negotiate(far.host, viewer, far.peer, 1);
    await Client.join(b, "new", "host");
    assert.equal(await (await fetch(`${b.url}/readyz`)).text(), "ready\n");
  },
);

nodesTest("a Redis that stands still is a Redis that is gone", async (redis) => {
  await using a = await node(redis);
  const { host, viewer, peer } = await apart(a, a);
  redis.freeze();
  const ready = (wanted: boolean) => async () => (await fetch(`${a.url}/readyz`)).ok === wanted;
  await pollAsync(ready(false), 10_000, "the node to notice");
  await negotiate(host, viewer, peer, 1);
  redis.thaw();
  await pollAsync(ready(true), 10_000, "the node to recover");
});

nodesTest(
  "a node that ends drains: its sessions go on elsewhere, with host, viewer and guests",
  async (redis) => {
    const a = await node(redis);
    await using b = await node(redis);
    await using c = await node(redis);
    const { host, session, viewer, peer } = await apart(a, b);
    const local = await Client.join(a, session, "viewer");
    await host.next("peer_joined");
    const closing = a.close();
    for (const client of [host, viewer, local]) {
      await client.next("moving");
      assert.equal((await within(client.closed, "the socket to close")).code, 1012);
    }
    await closing;
    // The viewer is first: its session waits for the host on the new node.
    const early = await again(c, session, "viewer", { peer, token: viewer.welcome.token });
    assert.deepEqual(early.welcome.peers, []);
    const back = await again(b, session, "host", { token: host.welcome.token });
    assert.deepEqual(back.codes, []);
    await negotiate(back, early, peer, 2);
    const other = await again(b, session, "viewer", { peer: local.welcome.peer, token: local.welcome.token });
    await back.next("peer_joined", (m) => m.peer === local.welcome.peer);
    await relays(back, other, local.welcome.peer, "host");
  },
);
