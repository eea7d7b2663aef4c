/** The relay bridges the round trips of WebRTC where the way is long: from the viewer's hello on, and only until WebRTC is there. */
import assert from "node:assert/strict";
import { bytes, closeRtc, passes, startHost, startViewer } from "../ends.ts";
import { HostileRoad } from "../hostile_road.ts";

/** Every login is taken for a long one. */
const LONG_WAY = { bridge: -1 };

/** A host and a viewer with a direct link between them. */
async function connected(url: string, options: Parameters<typeof startHost>[1] = {}) {
  await using stack = new AsyncDisposableStack();
  const host = stack.use(await startHost(url, options));
  const viewer = stack.use(await startViewer(url, host.session));
  await viewer.story.wait(/^path direct/);
  await host.story.wait(/^link aaaaaaaa direct/);
  const owned = stack.move();
  return { host, viewer, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

Deno.test({ name: "bridge", sanitizeOps: false, sanitizeResources: false }, async (t) => {
  try {
    await t.step(
      "what the viewer says with its hello arrives over the relay; WebRTC takes over",
      async () => {
        await using road = new HostileRoad();
        await using host = await startHost(road.url);
        await using viewer = await startViewer(road.url, host.session, { timings: LONG_WAY, first: "hello" });
        await host.story.wait(/^got aaaaaaaa ctrl hello$/);
        // Nothing of WebRTC was needed for it.
        assert.deepEqual(host.story.lines.filter((line) => /^link|Received Signal/.test(line)), [
          "link aaaaaaaa relay",
        ]);
        await viewer.story.wait(/^link direct/);
        await host.story.wait(/^link aaaaaaaa direct/);
        await passes(viewer.peer.link!, "ctrl", "from-viewer", host.story);
        await passes(host.links.get("aaaaaaaa")!, "ctrl", "from-host", viewer.story);
        assert.equal(host.peers.dropped + viewer.peer.dropped, 0);
      },
    );

    await t.step("on a short way the road carries nothing of the session", async () => {
      await using road = new HostileRoad();
      await using host = await startHost(road.url);
      await using viewer = await startViewer(road.url, host.session);
      await viewer.story.wait(/^link/);
      assert.ok(!viewer.story.has(/^link relay/));
    });

    for (const strict of ["host", "viewer"] as const) {
      await t.step(`--strict-webrtc at the ${strict}: no bridge`, async () => {
        await using road = new HostileRoad();
        const policy = (end: string) => ({ policy: { strictWebrtc: end === strict } });
        await using host = await startHost(road.url, policy("host"));
        await using viewer = await startViewer(road.url, host.session, {
          ...policy("viewer"),
          timings: LONG_WAY,
        });
        await host.story.wait(/^link aaaaaaaa direct/);
        await viewer.story.wait(/^link direct/);
        assert.ok(!host.story.has(/relay/));
      });
    }

    await t.step("a bridge that the host does not take is no way in: the refusal is as clear", async () => {
      // No candidate comes through, and the host is strict.
      await using road = new HostileRoad();
      road.tamper = (carried) => carried.signal.kind === "ice" ? [] : [carried];
      await using host = await startHost(road.url, { policy: { strictWebrtc: true } });
      await using viewer = await startViewer(road.url, host.session, { timings: LONG_WAY });
      await viewer.story.wait(/^refused no_path/);
    });

    await t.step("a viewer that asks for another link goes on over the relay at once", async () => {
      await using road = new HostileRoad();
      await using pair = await connected(road.url);
      const { host, viewer } = pair;
      const before = [viewer.story.lines.length, host.story.lines.length] as const;
      viewer.peer.renegotiate("it went quiet");
      await viewer.story.wait(/^path relay/, 8_000, before[0]);
      await viewer.story.wait(/^path direct/, 8_000, before[0]);
      await host.story.wait(/^link aaaaaaaa direct/, 8_000, before[1]);
      const links = host.story.lines.slice(before[1]).filter((line) => line.startsWith("link"));
      assert.deepEqual(links, ["link aaaaaaaa relay", "link aaaaaaaa direct"]);
      await passes(viewer.peer.link!, "ctrl", "later", host.story);
    });

    await t.step("a host on another network gives each viewer a fresh link, unasked", async () => {
      await using road = new HostileRoad();
      await using pair = await connected(road.url);
      const { host, viewer } = pair;
      const before = host.story.lines.length;
      host.peers.moved();
      await host.story.wait(/^link aaaaaaaa direct/, 8_000, before);
      await passes(host.links.get("aaaaaaaa")!, "ctrl", "from-elsewhere", viewer.story);
    });

    await t.step(
      "what a viewer asked for in an outage that is over changes nothing, at either end",
      async () => {
        await using road = new HostileRoad();
        const asked: [peer: string, time: number][] = [];
        const heardSince = (peer: string, time: number) => asked.push([peer, time]) > 0;
        await using pair = await connected(road.url, { heardSince });
        const { host, viewer } = pair;
        const link = viewer.peer.link!;
        const before = host.story.lines.length;
        viewer.peer.renegotiate("nothing heard", { heard: 77 });
        await host.story.wait(/asked for another link in an outage that is over/, 8_000, before);
        assert.deepEqual(asked, [["aaaaaaaa", 77]]);
        await passes(link, "ctrl", "still here", host.story);
        assert.equal(viewer.peer.link, link);
        assert.deepEqual(
          host.story.lines.slice(before).filter((line) => /^link|Negotiation/.test(line)),
          [],
        );
        // Whose address changed gets one in any case.
        viewer.peer.renegotiate("our address changed", { moved: true });
        await host.story.wait(/^link aaaaaaaa direct/, 8_000, before);
      },
    );

    await t.step("a request that is out of date while its turn comes builds nothing more", async () => {
      await using road = new HostileRoad();
      let heard = false;
      // No candidate comes through: WebRTC is not what opens.
      let mute = false;
      road.tamper = (carried) => mute && carried.signal.kind === "ice" ? [] : [carried];
      await using pair = await connected(road.url, { heardSince: () => heard });
      const { host, viewer } = pair;
      mute = true;
      const before = host.story.lines.length;
      viewer.peer.renegotiate("nothing heard", { heard: 77 });
      await host.story.wait(/^debug: Negotiation/, 8_000, before);
      viewer.peer.renegotiate("nothing heard", { heard: 78 });
      heard = true;
      await host.story.wait(/asked for another link in an outage that is over/, 8_000, before);
      await passes(viewer.peer.link!, "ctrl", "goes on", host.story);
      const made = host.story.lines.slice(before).filter((line) => /Negotiation/.test(line));
      assert.equal(made.length, 1);
    });

    await t.step("a viewer that is heard but hears nothing gets its link when it asks", async () => {
      await using road = new HostileRoad();
      await using pair = await connected(road.url, { heardSince: () => false });
      const { host, viewer } = pair;
      const link = viewer.peer.link!;
      const before = host.story.lines.length;
      await passes(link, "term", "before", host.story);
      const typing = setInterval(() => link.send("term", bytes("hello?")), 20);
      viewer.peer.renegotiate("nothing heard", { heard: 77 });
      const fresh = host.story.wait(/^link aaaaaaaa direct/, 8_000, before);
      await fresh.finally(() => clearInterval(typing));
      await passes(host.links.get("aaaaaaaa")!, "ctrl", "on-the-new", viewer.story);
    });

    await t.step(
      "where a person is asked first, nothing of the session moves before the answer",
      async () => {
        await using road = new HostileRoad();
        const answer = Promise.withResolvers<boolean>();
        await using host = await startHost(road.url, {
          policy: { approve: () => answer.promise },
          // After the answer the relay is offered where WebRTC takes long: not here, however busy the machine.
          timings: { relay: 60_000 },
        });
        await using viewer = await startViewer(road.url, host.session, { timings: LONG_WAY, first: "hello" });
        await viewer.story.wait(/^waiting the host has to approve/);
        assert.equal(viewer.peer.link, null);
        // Whoever watches the link may grow impatient: the host takes no bridge before the person has answered.
        host.road.listen({ signal: (_, { kind }) => host.story.tell(`signal ${kind}`) });
        viewer.peer.renegotiate("nothing heard");
        await host.story.wait(/^signal control/);
        answer.resolve(true);
        await viewer.story.wait(/^link direct/);
        await host.story.wait(/^link aaaaaaaa direct/);
        assert.ok(!host.story.lines.some((line) => line === "got aaaaaaaa ctrl hello"));
        assert.deepEqual(viewer.story.lines.filter((line) => line.startsWith("link")), [
          "link relay",
          "link direct",
        ]);
        assert.ok(viewer.peer.link!.send("ctrl", bytes("later")));
        await host.story.wait(/^got aaaaaaaa ctrl later$/);
      },
    );
  } finally {
    await closeRtc();
  }
});
