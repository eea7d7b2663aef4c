/** Limits that a session meets in its life: relay rate and bytes, age, idleness, memory of all sockets; and how they are told. */
import assert from "node:assert/strict";
import { encodeRelayed } from "../../../transport/schema/relay_message.ts";
import { Client, eventually, party, withRoad } from "../client.ts";
import { RawSocket } from "../raw_socket.ts";

const MIB = 1024 * 1024;
const metric = async (url: string, line: RegExp) => {
  const text = await (await fetch(`${url}/metrics`)).text();
  assert.match(text, line);
};

Deno.test("a session over its relay rate is slowed, loses nothing, and no other session is", () =>
  withRoad({ limits: { relayRate: { burst: MIB, perSecond: 2 * MIB } } }, async (road) => {
    const { host, viewer, peer } = await party(road);
    const other = await party(road);
    const began = performance.now();
    const message = encodeRelayed({ peer, channel: "bulk", sealed: new Uint8Array(64_000) });
    // 3 MiB: one at once, two in a second.
    for (let i = 0; i < 48; i++) host.ws.send(message);
    await viewer.until(() => viewer.bytes.length > 0, "the first");
    other.host.ws.send(encodeRelayed({ peer: other.peer, channel: "term", sealed: new Uint8Array(50) }));
    await other.viewer.until(() => other.viewer.bytes.length === 1, "the other session's key");
    assert.ok(viewer.bytes.length < 48, "the other session's key does not wait for this one's bytes");
    await viewer.until(() => viewer.bytes.length === 48, "all of it");
    const took = performance.now() - began;
    // 2 MiB at 2 MiB a second: not faster. That it ends is what the deadline of the wait above says.
    assert.ok(took > 700, `${took} ms`);
    await host.sync();
    await metric(road.url, /beach_limits_total\{limit="relay_rate"\} \d/);
  }));

Deno.test("a node that relays all it may slows the heavy senders; keys pass between them", () =>
  withRoad({ limits: { relayTotal: { burst: MIB, perSecond: 2 * MIB } } }, async (road) => {
    const heavy = await Promise.all([party(road), party(road)]);
    const light = await party(road);
    const began = performance.now();
    for (const { host, peer } of heavy) {
      const message = encodeRelayed({ peer, channel: "bulk", sealed: new Uint8Array(64_000) });
      for (let i = 0; i < 32; i++) host.ws.send(message);
    }
    // 4 MiB: one at once, three in a second and a half. Meanwhile keys go to and fro.
    await heavy[0]!.viewer.until(() => heavy[0]!.viewer.bytes.length > 0, "the first");
    for (let i = 1; i <= 20; i++) {
      light.viewer.ws.send(encodeRelayed({ peer: "host", channel: "term", sealed: new Uint8Array(50) }));
      await light.host.until(() => light.host.bytes.length === i, "a key");
    }
    const passed = () => heavy.reduce((sum, { viewer }) => sum + viewer.bytes.length, 0);
    assert.ok(passed() < 64, "the keys did not wait for all of the bytes");
    for (const { viewer } of heavy) await viewer.until(() => viewer.bytes.length === 32, "all of it");
    const took = performance.now() - began;
    assert.ok(took > 1_000, `${took} ms`);
    await metric(road.url, /beach_limits_total\{limit="relay_total"\} \d/);
  }));

Deno.test("a flood of tiny relayed messages counts for more than its bytes", () =>
  withRoad({ limits: { relayRate: { burst: 50_000, perSecond: 100_000 } } }, async (road) => {
    const { host, viewer, peer } = await party(road);
    // 2 KB of bytes, 100 KB of work: what has come in passes, what follows waits.
    for (let i = 0; i < 200; i++) {
      host.ws.send(encodeRelayed({ peer, channel: "term", sealed: new Uint8Array(1) }));
    }
    await viewer.until(() => viewer.bytes.length === 200, "all of them");
    const began = performance.now();
    host.ws.send(encodeRelayed({ peer, channel: "term", sealed: new Uint8Array(1) }));
    await viewer.until(() => viewer.bytes.length === 201, "the next");
    assert.ok(performance.now() - began > 300, "it was slowed");
  }));

Deno.test("a session that has relayed all it may is told; its signals go on", () =>
  withRoad({ limits: { relayBytes: 2_000 } }, async (road) => {
    const { host, viewer, peer } = await party(road);
    for (let i = 0; i < 3; i++) {
      host.ws.send(encodeRelayed({ peer, channel: "bulk", sealed: new Uint8Array(900) }));
    }
    const error = await host.refused("full");
    assert.match(error.message, /has relayed 2000 bytes, the most it may/);
    assert.equal(viewer.bytes.length, 2);
    host.signal(peer, "offer", 1);
    await viewer.next("signal");
    await metric(road.url, /beach_limits_total\{limit="relay_bytes"\} 1/);
  }));

Deno.test("sessions end when they are too old, or idle without a viewer; the host is told why", async () => {
  await withRoad({ limits: { totalTtl: 300 } }, async (road) => {
    const { host, viewer } = await party(road);
    assert.equal((await host.next("error")).code, "expired");
    assert.equal((await viewer.next("peer_left")).reason, "expired");
    assert.equal((await host.closed).code, 1000);
    await metric(road.url, /limit="total_ttl"\} 1/);
  });
  await withRoad({ limits: { idleTtl: 300 } }, async (road) => {
    const alone = await Client.join(road, "new", "host");
    const { host } = await party(road);
    assert.equal((await alone.next("error")).code, "expired");
    await alone.closed;
    await host.sync();
    await metric(road.url, /limit="idle_ttl"\} 1/);
  });
});

Deno.test("when all sockets together hold too much unread, the slow ones go; who reads does not notice", () =>
  withRoad({ limits: { unread: 16 * MIB, unreadTotal: 4 * MIB } }, async (road, events) => {
    const { host, session } = await party(road);
    const good = await Client.join(road, session, "viewer");
    await host.next("peer_joined");
    const slow: { socket: RawSocket; peer: string }[] = [];
    for (let i = 0; i < 4; i++) {
      const socket = await RawSocket.open(road.addr, session);
      await socket.text({ type: "join", version: 1, role: "viewer" });
      slow.push({ socket, peer: (await host.next("peer_joined")).peer });
    }
    for (let round = 0; round < 400; round++) {
      for (const { peer } of slow) {
        host.ws.send(encodeRelayed({ peer, channel: "bulk", sealed: new Uint8Array(60_000) }));
      }
      if (round % 8 === 0) await host.sync();
      if (events.filter(({ event }) => event === "slow_reader").length === 4) break;
    }
    await eventually(
      () => events.filter(({ event }) => event === "slow_reader").length === 4,
      "four to be closed",
    );
    host.ws.send(encodeRelayed({ peer: good.welcome.peer, channel: "term", sealed: new Uint8Array(50) }));
    await good.until(() => good.bytes.length === 1, "the good reader's bytes");
    await metric(road.url, /limit="unread_total"\} [1-9]/);
    for (const { socket } of slow) socket[Symbol.dispose]();
  }));

Deno.test("of messages that never end all sockets together hold so much; then the oldest are cut, and who says whole ones does not notice", () =>
  withRoad({ limits: { begunTotal: MIB } }, async (road) => {
    const { host, viewer, peer } = await party(road);
    const open = new Set<number>();
    const sockets: RawSocket[] = [];
    const begin = async (i: number) => {
      const socket = await RawSocket.open(road.addr, "new");
      sockets.push(socket);
      open.add(i);
      void socket.drain().then(() => open.delete(i));
      await socket.frame(2, new Uint8Array(60_000), 65_000);
    };
    for (let i = 0; i < 40; i++) {
      await begin(i);
      // Its own messages are longer than what a read brings.
      host.ws.send(encodeRelayed({ peer, channel: "bulk", sealed: new Uint8Array(60_000) }));
    }
    await viewer.until(() => viewer.bytes.length === 40, "all of the host's");
    await eventually(() => open.size <= 17, "the oldest to be cut");
    assert.ok(open.size >= 14, `${open.size} are left`);
    assert.ok(open.has(39) && !open.has(0), `${[...open]} are left`);
    await host.sync();
    await metric(road.url, /limit="begun_total"\} [1-9]/);
    for (const socket of sockets) socket[Symbol.dispose]();
    await eventually(() => open.size === 0, "their end");
    // What the sockets held is free again.
    for (let i = 40; i < 50; i++) await begin(i);
    await host.sync();
    assert.equal(open.size, 10);
    for (const socket of sockets.slice(40)) socket[Symbol.dispose]();
  }));

Deno.test("ready, and the stages of a negotiation: in metrics and step by step for an operator", () =>
  withRoad({ adminToken: "admin" }, async (road) => {
    assert.equal(await (await fetch(`${road.url}/readyz`)).text(), "ready\n");
    const { host, session, viewer, peer } = await party(road);
    host.signal(peer, "offer", 1);
    await viewer.next("signal");
    viewer.signal("host", "answer", 1);
    await host.next("signal");
    host.signal(peer, "ice", 1);
    await viewer.next("signal");
    viewer.send({ type: "state", peer: "host", state: "connected" });
    await host.next("state", ({ state }) => state === "connected");
    await viewer.close(3001);
    await host.next("peer_left");
    const headers = { authorization: "Bearer admin" };
    const one = await (await fetch(`${road.url}/debug/sessions/${session}`, { headers })).json();
    const { timeline } = one.viewers[0];
    assert.deepEqual(
      timeline.map(({ what }: { what: string }) => what).filter((what: string) => !what.includes("back")),
      ["connecting", "offer", "answer", "ice", "connected", "viewer away"],
    );
    for (const { at } of timeline) assert.ok(Math.abs(Date.now() - at) < 10_000);
    const all = await (await fetch(`${road.url}/debug/sessions`, { headers })).json();
    assert.equal(all[0].viewers[0].timeline, undefined);
    for (const path of ["/debug/sessions/zzzzzz", "/debug/sessions/%00"]) {
      assert.equal((await (await fetch(road.url + path, { headers })).json()).error.code, "not_found");
    }
    const closed = await fetch(`${road.url}/debug/sessions/${session}`);
    assert.equal(closed.status, 401);
    await closed.text();
    for (const stage of ["offer", "answer", "ice", "connected"]) {
      await metric(road.url, new RegExp(`beach_negotiation_stage_seconds_count\\{stage="${stage}"\\} 1`));
    }
  }));
