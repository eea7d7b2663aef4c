/** A road that invents: refusals in the clear, relayed messages, junk. What is up stays up. */
import assert from "node:assert/strict";
import { until } from "../support/deadline.ts";
import { closeRtc, passes, startHost, startViewer } from "./ends.ts";
import { HostileRoad } from "./hostile_road.ts";

Deno.test({ name: "a road that invents", sanitizeOps: false, sanitizeResources: false }, async (t) => {
  try {
    await t.step("refusals forged in the clear do nothing to a viewer that is in", async () => {
      await using road = new HostileRoad();
      await using host = await startHost(road.url);
      await using viewer = await startViewer(road.url, host.session);
      await viewer.story.wait(/^link direct/);
      await host.story.wait(/^link/);
      for (const word of ["wrong", "unknown", "paused", "full"]) {
        road.tell("aaaaaaaa", {
          type: "signal",
          from_peer: "host",
          signal: { kind: "pake", negotiation: 1, data: `!${word}` },
        });
      }
      road.tell("aaaaaaaa", { type: "peer_left", peer: "host", reason: "ended" });
      road.tell("host", { type: "peer_left", peer: "aaaaaaaa", reason: "left" });
      await passes(viewer.peer.link!, "ctrl", "still-here", host.story);
      await passes(host.links.get("aaaaaaaa")!, "ctrl", "so-am-I", viewer.story);
      assert.ok(!viewer.story.has(/^refused|^ended/));
    });

    await t.step("the relay: altered, repeated, moved to another channel, invented", async () => {
      await using road = new HostileRoad();
      await using host = await startHost(road.url, { policy: { forceWebsocket: true } });
      await using viewer = await startViewer(road.url, host.session);
      await viewer.story.wait(/^link relay/);
      await host.story.wait(/^link aaaaaaaa relay/);
      const link = viewer.peer.link!;
      const send = (words: string) => link.send("ctrl", new TextEncoder().encode(words));
      road.relayTamper = (_from, m) => [{ ...m, sealed: m.sealed.map((b, i) => (i === 12 ? b ^ 1 : b)) }];
      send("altered");
      await until(
        () => host.links.get("aaaaaaaa")!.stats().dropped >= 1,
        nudge,
        2_000,
        "the altered message to be dropped",
      );
      road.relayTamper = (_from, m) => [{ ...m, channel: "term" }, { ...m, channel: "bulk" }];
      send("moved");
      await until(
        () => host.links.get("aaaaaaaa")!.stats().dropped >= 3,
        nudge,
        2_000,
        "both moved copies to be dropped",
      );
      road.relayTamper = (_from, m) => [m, m, { ...m, sealed: new Uint8Array(64) }];
      await passes(link, "ctrl", "honest", host.story);
      assert.deepEqual(host.story.lines.filter((line) => line.startsWith("got")), [
        "got aaaaaaaa ctrl honest",
      ]);
    });

    await t.step(
      "10,000 malformed messages to each end: dropped, counted, and the session goes on",
      async () => {
        await using road = new HostileRoad();
        await using host = await startHost(road.url);
        await using viewer = await startViewer(road.url, host.session);
        await viewer.story.wait(/^link direct/);
        await host.story.wait(/^link/);
        const junk = [
          "",
          "{",
          "[]",
          '{"type":"signal"}',
          '{"type":"peer_joined","peer":"x","resumed":1}',
          "\u0000",
          "9".repeat(400),
        ];
        for (let i = 0; i < 10_000; i++) {
          for (const peer of ["host", "aaaaaaaa"]) {
            road.tellRaw(peer, i % 9 === 0 ? new Uint8Array(i % 40) : junk[i % junk.length]!);
          }
        }
        for (let i = 0; i < 300; i++) {
          const kind = (["pake", "offer", "answer", "ice", "control"] as const)[i % 5]!;
          const signal = { kind, negotiation: 1 + i % 9, data: "QUJD".repeat(i) + "AA" };
          road.tell("host", { type: "signal", from_peer: i % 2 === 0 ? "aaaaaaaa" : "zzzzzzzz", signal });
          road.tell("aaaaaaaa", { type: "signal", from_peer: "host", signal });
        }
        await passes(viewer.peer.link!, "ctrl", "unmoved", host.story);
        await until(
          () => host.road.malformed >= 9_000 && viewer.road.malformed >= 9_000,
          nudge,
          5_000,
          "the count",
        );
        assert.equal(host.peers.count, 1);
      },
    );
  } finally {
    await closeRtc();
  }
});

/** For counts that no event reports: looks again every 10 ms. */
function nudge(changed: () => void): () => void {
  const timer = setInterval(changed, 10);
  return () => clearInterval(timer);
}
