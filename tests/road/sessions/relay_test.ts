import assert from "node:assert/strict";
import fc from "fast-check";
import { LIMITS } from "../../../transport/schema/signal.ts";
import { decodeRelayed, encodeRelayed } from "../../../transport/schema/relay_message.ts";
import { TokenBuckets } from "../../../transport/token_bucket.ts";
import { Kept } from "../../../road/negotiation/pending_signals.ts";
import { Log } from "../../../road/monitor/log.ts";
import { Metrics } from "../../../road/monitor/metrics.ts";
import { settle } from "../../../road/config/options.ts";
import type { Wire } from "../../../road/sessions/peer.ts";
import { relay } from "../../../road/sessions/relay.ts";
import { Session, type Welcome } from "../../../road/sessions/session.ts";
import { FairQueue } from "../../../road/fair_queue.ts";
import { pollAsync } from "../../support/deadline.ts";
import { metric, ONE_ADDRESS, party, within, withRoad } from "../client.ts";
import { RawSocket } from "../raw_socket.ts";

Deno.test("relayed bytes arrive untouched and in order, from the right peer, to nobody else", () =>
  withRoad({}, async (road) => {
    const { host, viewers } = await party(road, 2);
    const [a, b] = [viewers[0]!, viewers[1]!];
    const largest = new Uint8Array(LIMITS.relay - 9).map((_, at) => at * 7);
    const sealed = [new Uint8Array([1]), largest, new Uint8Array([2, 3])];
    for (const each of sealed) {
      host.ws.send(encodeRelayed({ peer: a.welcome.peer, channel: "bulk", sealed: each }));
    }
    await a.until(() => a.bytes.length === 3, "three relayed messages");
    for (const [at, bytes] of a.bytes.entries()) {
      assert.deepEqual(decodeRelayed(bytes), { peer: "host", channel: "bulk", sealed: sealed[at] });
    }
    b.ws.send(encodeRelayed({ peer: "host", channel: "term", sealed: sealed[0]! }));
    await host.until(() => host.bytes.length === 1, "a relayed message");
    assert.deepEqual(decodeRelayed(host.bytes[0]!), {
      peer: b.welcome.peer,
      channel: "term",
      sealed: sealed[0],
    });
    b.ws.send(encodeRelayed({ peer: a.welcome.peer, channel: "ctrl", sealed: sealed[0]! }));
    await b.refused("unknown_peer");
    await a.sync();
    assert.equal(a.bytes.length, 3);
  }));

Deno.test("messages of every size, interleaved to two receivers, arrive whole", () =>
  withRoad({ limits: ONE_ADDRESS }, async (road) => {
    const { host, viewers } = await party(road, 2);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(1), fc.oneof(fc.nat(20), fc.nat(60_000))), { minLength: 1, maxLength: 40 }),
        async (plan) => {
          const sent: Uint8Array[][] = [[], []];
          for (const viewer of viewers) viewer.bytes.length = 0;
          for (const [to, size] of plan) {
            const sealed = new Uint8Array(size + 1).fill(size);
            sealed[0] = sent[to]!.length;
            sent[to]!.push(sealed);
            host.ws.send(encodeRelayed({ peer: viewers[to]!.welcome.peer, channel: "ctrl", sealed }));
          }
          for (const [at, viewer] of viewers.entries()) {
            await viewer.until(() => viewer.bytes.length === sent[at]!.length, "all messages");
            for (const [i, bytes] of viewer.bytes.entries()) {
              assert.ok(bytes.subarray(9).every((byte, j) => byte === sent[at]![i]![j]));
            }
          }
        },
      ),
      { numRuns: 20 },
    );
  }));

Deno.test("a reader that stops is closed at its limit; the host and the other viewers go on", () =>
  withRoad({ limits: { unread: 256 * 1024 } }, async (road, events) => {
    const { host, session, viewer } = await party(road);
    using stuck = await RawSocket.open(road.addr, session);
    await stuck.text({ type: "join", version: 1, role: "viewer" });
    const { peer } = await host.next("peer_joined");
    await host.next("state");
    // It reads nothing from here on. The kernel's buffers take a few MB before the road's own limit is reached.
    const sealed = new Uint8Array(64_000);
    const slow = () => events.some((event) => event.event === "slow_reader");
    for (let i = 0; i < 400 && !slow(); i++) {
      host.ws.send(encodeRelayed({ peer, channel: "term", sealed }));
      await host.sync();
    }
    assert.ok(slow(), "the reader was found too slow");
    assert.deepEqual(await host.next("peer_left"), { type: "peer_left", peer, reason: "lost" });
    host.ws.send(encodeRelayed({ peer: viewer.welcome.peer, channel: "term", sealed }));
    await viewer.until(() => viewer.bytes.length === 1, "the relayed message");
    // Once it reads again it gets what was on its way, the reason, and the close.
    const { texts, close } = await within(stuck.drain(), "the close of the slow reader", 8_000);
    assert.equal(JSON.parse(texts.at(-1)!).code, "full");
    assert.equal(close, 4003);
  }));

Deno.test("a reader that never reads again is cut, with what was kept for it", () =>
  withRoad({ limits: { unread: 64 * 1024 } }, async (road, events) => {
    const { host, session } = await party(road);
    using stuck = await RawSocket.open(road.addr, session);
    await stuck.text({ type: "join", version: 1, role: "viewer" });
    const { peer } = await host.next("peer_joined");
    const sealed = new Uint8Array(64_000);
    for (let i = 0; i < 400 && !events.some((event) => event.event === "slow_reader"); i++) {
      host.ws.send(encodeRelayed({ peer, channel: "term", sealed }));
      await host.sync();
    }
    assert.ok(await metric(road, "beach_unread_bytes") > 0);
    await pollAsync(async () => await metric(road, "beach_unread_bytes") === 0, 8_000, "the cut");
    await host.sync();
  }));

Deno.test("bytes for a lost peer are dropped; a road without relay says so", async () => {
  await withRoad({}, async (road) => {
    const { host, viewer, peer } = await party(road);
    await viewer.close(3001);
    await host.next("peer_left");
    host.ws.send(encodeRelayed({ peer, channel: "ctrl", sealed: new Uint8Array(5) }));
    await host.sync();
    assert.match(
      await (await fetch(`${road.url}/metrics`)).text(),
      /beach_relay_dropped_total\{reason="away"\} 1/,
    );
  });
  await withRoad({ relay: false }, async (road) => {
    const { host, peer } = await party(road);
    assert.equal(host.welcome.relay, false);
    host.ws.send(encodeRelayed({ peer, channel: "ctrl", sealed: new Uint8Array(5) }));
    await host.refused("unavailable");
  });
});

Deno.test("bytes are counted for each peer", () =>
  withRoad({ adminToken: "admin" }, async (road) => {
    const { host, viewer, peer } = await party(road);
    host.ws.send(encodeRelayed({ peer, channel: "ctrl", sealed: new Uint8Array(91) }));
    await viewer.until(() => viewer.bytes.length === 1, "the relayed message");
    viewer.ws.send(encodeRelayed({ peer: "host", channel: "ctrl", sealed: new Uint8Array(41) }));
    await host.until(() => host.bytes.length === 1, "the relayed message");
    const headers = { authorization: "Bearer admin" };
    const [seen] = await (await fetch(`${road.url}/debug/sessions`, { headers })).json();
    assert.equal(seen.relayed, 150);
    assert.deepEqual([seen.host.relayedFrom, seen.host.relayedTo], [100, 50]);
    assert.deepEqual([seen.viewers[0].relayedFrom, seen.viewers[0].relayedTo], [50, 100]);
  }));

Deno.test("a small message does not hold the chunk that it came in; a large one is not copied", () => {
  const settings = settle({});
  const metrics = new Metrics(() => ({ sessions: 0, hosts: 0, viewers: 0, joining: 0 }));
  const session = new Session("7kq2mx", new Uint8Array(32), {
    settings,
    metrics,
    log: new Log(() => {}, false),
    turns: new FairQueue(settings.limits.relayTotal, () => {}),
    http: new TokenBuckets(settings.limits.http),
    guesses: new TokenBuckets(settings.limits.guesses),
    kept: new Kept(settings.limits.keptTotal),
  }, () => {});
  const relayed: Uint8Array[] = [];
  const wire: Wire = { send() {}, close() {}, relay: (bytes) => relayed.push(bytes) > 0 };
  const welcome: Welcome = { type: "join_success", token: "", public_url: "", relay: true };
  session.attachHost(wire, welcome);
  session.attachViewer(session.addViewer("abcdefgh", new Uint8Array(32)), wire, welcome, {
    resumed: false,
    from: "",
  });
  const chunk = new Uint8Array(64 * 1024);
  for (const size of [10, 60_000]) {
    chunk.set(encodeRelayed({ peer: "abcdefgh", channel: "ctrl", sealed: new Uint8Array(size) }));
    relay(session.context, session, session.host, chunk.subarray(0, 9 + size));
  }
  assert.equal(relayed[0]!.buffer.byteLength, 19);
  assert.equal(relayed[1]!.buffer, chunk.buffer);
  session.drop();
});
