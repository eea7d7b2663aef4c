/** A road that invents: refusals in the clear, relayed messages, junk. What is up stays up. */
import assert from "node:assert/strict";
import { answerKeyExchange, makeRecord, pakeReady } from "../../../transport/auth/pake.ts";
import { until } from "../../support/deadline.ts";
import { closeRtc, passes, QUICK, startHost, startViewer } from "../ends.ts";
import { type Carried, HostileRoad } from "../hostile_road.ts";

await pakeReady;
/** The road's own idea of a secret. */
const OTHER = { write: makeRecord("write", "zoo-zoo-zoo", "7kq2mx") };

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

    const lies: Record<string, (road: HostileRoad, carried: Carried) => string | undefined> = {
      "nothing": () => undefined,
      "a KE2 of its own": (_road, { signal }) => answerKeyExchange(OTHER, signal.data, "7kq2mx").ke2,
      "wrong": () => "!wrong",
      "paused": () => "!paused",
      "full": () => "!full",
      "locked": () => "!locked",
      "unknown": () => "!unknown",
      "that the session ended": (road, { from }) =>
        void road.tell(from, { type: "peer_left", peer: "host", reason: "ended" }),
      "that the host is away": (road, { from }) =>
        void road.tell(from, { type: "peer_left", peer: "host", reason: "lost" }),
    };
    for (const [lie, answer] of Object.entries(lies)) {
      await t.step(
        `another id at the re-join, and ${lie}: the link works on, and another follows it`,
        async () => {
          await using road = new HostileRoad();
          await using host = await startHost(road.url);
          await using viewer = await startViewer(road.url, host.session);
          await viewer.story.wait(/^link direct/);
          await host.story.wait(/^link/);
          const old = viewer.peer.link!;
          let asked = 0;
          road.tamper = (carried) => {
            if (carried.signal.kind !== "pake" || carried.from === "host") return [carried];
            asked++;
            const data = answer(road, carried);
            if (data === undefined) return [];
            return [{ from: "host", to: carried.from, signal: { kind: "pake", negotiation: 1, data } }];
          };
          road.nextId = "zzzzzzz2";
          road.cut("aaaaaaaa");
          await until(() => asked > 0, nudge, 5_000, "the login of the new id");
          // Longer than the login's own patience.
          await new Promise((resolve) => setTimeout(resolve, QUICK.logins! + 300));
          assert.equal(viewer.peer.link, old);
          await passes(old, "ctrl", "still-here", host.story);
          await passes(host.links.get("aaaaaaaa")!, "ctrl", "so-am-I", viewer.story);
          assert.ok(!viewer.story.has(/^refused|^ended|^waiting/), viewer.story.lines.join("\n"));
          // The lies end, and then the link does.
          road.tamper = (carried) => [carried];
          const before = viewer.story.lines.length;
          const back = () => road.tell("zzzzzzz2", { type: "peer_joined", peer: "host", resumed: true });
          // Where the road does not take its word back, it stands when the last link is gone.
          if (lie === "that the session ended") {
            back();
            await viewer.story.wait(/^role/, 8_000, before);
          }
          await host.links.get("aaaaaaaa")!.close("lost");
          back();
          await viewer.story.wait(/^link/, 8_000, before);
        },
      );
    }

    await t.step("an id that the road gives to somebody else ends no link at the host", async () => {
      await using road = new HostileRoad();
      await using host = await startHost(road.url);
      await using first = await startViewer(road.url, host.session);
      await first.story.wait(/^link direct/);
      await host.story.wait(/^link/);
      road.nextId = "aaaaaaaa";
      await using second = await startViewer(road.url, host.session, { access: "view" });
      await second.story.wait(/^link direct/);
      await host.story.wait(/^link aaaaaaaa\.2/);
      await passes(first.peer.link!, "ctrl", "still-here", host.story);
      await passes(host.links.get("aaaaaaaa")!, "ctrl", "so-am-I", first.story);
      assert.ok(!host.story.has(/^left/) && host.peers.count === 2);
    });

    await t.step("a link that comes up after the road said that its viewer is lost is kept", async () => {
      await using road = new HostileRoad();
      await using host = await startHost(road.url, { timings: { forget: 500 } });
      await using viewer = await startViewer(road.url, host.session);
      // The viewer is in, and no link is there yet.
      await host.story.wait(/^joined/);
      road.tell("host", { type: "peer_left", peer: "aaaaaaaa", reason: "lost" });
      await viewer.story.wait(/^link direct/);
      await host.story.wait(/^link/);
      await new Promise((resolve) => setTimeout(resolve, 800));
      await passes(viewer.peer.link!, "ctrl", "still-here", host.story);
      assert.ok(!host.story.has(/^left/));
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
