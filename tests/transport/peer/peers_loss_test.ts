/** Host and viewer over a road that is honest: what happens when a link, a socket or an end is lost. */
import assert from "node:assert/strict";
import { closeRtc, passes, startHost, startViewer } from "../ends.ts";
import { HostileRoad } from "../hostile_road.ts";
import { startRoad } from "../../../road/server.ts";
import { until } from "../../support/deadline.ts";

const after = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const A = "aaaaaaaa";

Deno.test({ name: "peers that lose something", sanitizeOps: false, sanitizeResources: false }, async (t) => {
  try {
    await t.step("a renegotiation keeps the old link until the new one is open", async () => {
      await using road = new HostileRoad();
      await using host = await startHost(road.url);
      await using viewer = await startViewer(road.url, host.session);
      await host.story.wait(/^link aaaaaaaa direct/);
      await viewer.story.wait(/^path direct/);
      const old = viewer.peer.link!, from = viewer.story.lines.length;
      await after(500); // within `between`, a wish is not granted
      viewer.peer.renegotiate("it went quiet");
      await viewer.story.wait(/^path direct/, 8_000, from);
      assert.notEqual(viewer.peer.link, old);
      assert.match((await old.closed).detail, /closed|replaced/);
      await passes(viewer.peer.link!, "ctrl", "on-the-new", host.story);
    });

    await t.step("a wish for a new link outlives the road's socket", async () => {
      await using road = new HostileRoad();
      await using host = await startHost(road.url);
      await using viewer = await startViewer(road.url, host.session, {
        road: { retry: 20, probe: 200, join: 300 },
      });
      await host.story.wait(/^link aaaaaaaa direct/);
      await viewer.story.wait(/^path direct/);
      const from = viewer.story.lines.length;
      road.mute = true; // the socket is dead, and the wish with it
      viewer.peer.renegotiate("it went quiet");
      await viewer.story.wait(/nothing heard/, 2_000);
      road.mute = false;
      await viewer.story.wait(/^path/, 8_000, from);
    });

    await t.step("a lost link is replaced without anybody asking", async () => {
      await using road = new HostileRoad();
      await using host = await startHost(road.url);
      await using viewer = await startViewer(road.url, host.session);
      await viewer.story.wait(/^path direct/);
      await host.story.wait(/^link aaaaaaaa/);
      const from = viewer.story.lines.length;
      await host.links.get(A)!.close("a test");
      await viewer.story.wait(/^path/, 8_000, from);
      await passes(viewer.peer.link!, "ctrl", "again", host.story);
    });

    await t.step("the road's sockets are cut: WebRTC links go on, relay links come back", async () => {
      for (const forceWebsocket of [false, true]) {
        await using road = new HostileRoad();
        await using host = await startHost(road.url, { policy: { forceWebsocket } });
        await using viewer = await startViewer(road.url, host.session);
        for (const cut of [[A], ["host"], ["host", A]]) {
          await viewer.story.wait(/^path/);
          await host.story.wait(/^link/);
          const link = viewer.peer.link!,
            from = viewer.story.lines.length,
            hostFrom = host.story.lines.length;
          road.cut(...cut);
          if (forceWebsocket) {
            await viewer.story.wait(/^path relay/, 8_000, from);
            await host.story.wait(/^link aaaaaaaa relay/, 8_000, hostFrom);
          } else {
            assert.equal(viewer.peer.link, link);
          }
          await passes(viewer.peer.link!, "ctrl", `after-${cut.join("-")}`, host.story);
          const end = cut[0] === A ? viewer : host;
          await until(
            () => end.road.online,
            (changed) => end.road.listen({ joined: changed }),
            3_000,
            "the road to be back",
          );
        }
        assert.equal(
          host.story.lines.filter((line) => line.startsWith("joined")).length,
          1,
          "the same viewer throughout",
        );
      }
    });

    await t.step(
      "a host that lost its memory of a viewer says so, and the viewer proves itself again",
      async () => {
        await using road = new HostileRoad();
        await using viewer = await (async () => {
          await using host = await startHost(road.url, { policy: { forceWebsocket: true } });
          const viewer = await startViewer(road.url, host.session);
          await viewer.story.wait(/^path/);
          host.road.close(); // like kill -9: no word to anybody
          return viewer;
        })();
        const from = viewer.story.lines.length;
        await using host = await startHost(road.url);
        await viewer.story.wait(/^path/, 8_000, from);
        await host.story.wait(/^link/);
        await passes(viewer.peer.link!, "ctrl", "new-keys", host.story);
      },
    );

    await t.step("the host's end reaches its viewers", async () => {
      await using road = new HostileRoad();
      const host = await startHost(road.url);
      await using viewer = await startViewer(road.url, host.session);
      await viewer.story.wait(/^path/);
      await host[Symbol.asyncDispose]();
      await viewer.story.wait(/^ended the test is over/);
    });

    await t.step(
      "the real road restarts: WebRTC links go on, relay links come back, same viewer, same keys",
      async () => {
        for (const forceWebsocket of [false, true]) {
          const first = await startRoad();
          const quick = { retry: 50, retryMax: 200 };
          await using host = await startHost(first.url, { policy: { forceWebsocket }, road: quick });
          await using viewer = await startViewer(first.url, host.session, { road: quick });
          await viewer.story.wait(/^path/);
          await host.story.wait(/^link/);
          const link = viewer.peer.link!,
            from = viewer.story.lines.length,
            hostFrom = host.story.lines.length;
          await first.close();
          await using _second = await startRoad({ port: first.addr.port });
          if (forceWebsocket) {
            await viewer.story.wait(/^path relay/, 8_000, from);
            await host.story.wait(/^link \S+ relay/, 8_000, hostFrom);
          } else {
            await until(
              () => host.road.online,
              (changed) => host.road.listen({ joined: changed }),
              3_000,
              "the road",
            );
            assert.equal(viewer.peer.link, link);
          }
          await passes(viewer.peer.link!, "ctrl", "after-restart", host.story);
          assert.equal(host.story.lines.filter((line) => /^joined|^left/.test(line)).length, 1);
        }
      },
    );
  } finally {
    await closeRtc();
  }
});
