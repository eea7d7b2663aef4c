/** Host and viewer over a road that is honest: who gets in, and how. */
import assert from "node:assert/strict";
import { makeRecord } from "../../../transport/auth/pake.ts";
import { closeRtc, passes, SECRETS, startHost, startViewer } from "../ends.ts";
import { type Carried, HostileRoad } from "../hostile_road.ts";

const after = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const A = "aaaaaaaa";

Deno.test({ name: "peers", sanitizeOps: false, sanitizeResources: false }, async (t) => {
  try {
    await t.step(
      "a viewer with the secret gets a link; both roles; the words of the log on both ends",
      async () => {
        await using road = new HostileRoad();
        await using host = await startHost(road.url);
        await using viewer = await startViewer(road.url, host.session, { name: "Ada-Lovelace" });
        await using watcher = await startViewer(road.url, host.session, { access: "view", name: "Bob" });
        await viewer.story.wait(/^link direct/);
        await watcher.story.wait(/^link direct/);
        await host.story.wait(/^joined aaaaaaaa write Ada/);
        await host.story.wait(/^joined bbbbbbbb view Bob/);
        await host.story.wait(/^link aaaaaaaa direct/);
        await passes(viewer.peer.link!, "ctrl", "from-viewer", host.story);
        await passes(host.links.get(A)!, "ctrl", "from-host", viewer.story);
        for (
          const words of ["Sending Signal: Offer", "Received Signal: Answer", "Sending Signal: IceCandidate"]
        ) {
          await host.story.wait(new RegExp(words));
        }
        for (
          const words of ["Received Signal: Offer", "Sending Signal: Answer", "Sending Signal: IceCandidate"]
        ) {
          await viewer.story.wait(new RegExp(words));
        }
        for (const story of [host.story, viewer.story]) {
          await story.wait(/WebRTC: ICE connection state: Connected/);
          await story.wait(/WebRTC data channel opened/);
        }
        assert.equal(host.peers.count, 2);
        assert.equal(host.peers.dropped, 0);
        assert.equal(viewer.peer.dropped, 0);
        await host.story.wait(/data channel opened \(bulk\)/);
        await passes(host.links.get(A)!, "bulk", "history", viewer.story);
        const all = road.seen.join();
        for (
          const secret of ["a=candidate", "fingerprint", "rival", "history", "from-host", "Ada-Lovelace"]
        ) {
          assert.ok(!all.includes(secret));
        }
      },
    );

    await t.step("an attempt that stands still gets company at once where answers are quick", async () => {
      await using road = new HostileRoad();
      let offers = 0;
      // The first attempt finds no way; of the second everything comes through.
      road.tamper = (carried) => {
        if (carried.signal.kind === "offer") offers++;
        return carried.signal.kind === "ice" && offers < 2 ? [] : [carried];
      };
      const timings = { second: 60_000, relay: 60_000, link: 60_000, attempt: 60_000 };
      await using host = await startHost(road.url, { timings });
      await using viewer = await startViewer(road.url, host.session, { timings });
      await viewer.story.wait(/^link direct/);
      await host.story.wait(/^link aaaaaaaa direct/);
      assert.equal(offers, 2);
    });

    await t.step("a wrong secret is refused at once, and counted", async () => {
      await using road = new HostileRoad();
      await using host = await startHost(road.url);
      await using viewer = await startViewer(road.url, host.session, { secret: "rival-lamp-zoo" });
      await viewer.story.wait(/^refused wrong/);
      viewer.road.close();
      await host.story.wait(/^guess 1$/);
      assert.ok(!host.story.has(/^joined/));
    });

    await t.step("guessers that say nothing after KE2 are counted when their time is up", async () => {
      await using road = new HostileRoad();
      await using host = await startHost(road.url);
      const silent = await Promise.all(
        [1, 2, 3].map((i) => startViewer(road.url, host.session, { secret: `wrong-${i}` })),
      );
      assert.ok(!host.story.has(/^guess/), "they hold their places until then");
      await host.story.wait(/^guess 3$/, 2_000);
      await using viewer = await startViewer(road.url, host.session);
      await viewer.story.wait(/^link/);
      for (const viewer of silent) await viewer[Symbol.asyncDispose]();
    });

    await t.step(
      "viewers that come while the last guesses at a secret are outstanding wait for their turn",
      async () => {
        await using road = new HostileRoad();
        const held: Carried[] = [];
        road.tamper = (carried) => {
          const proof = carried.signal.kind === "pake" && carried.from !== "host" &&
            carried.signal.data.length === 86;
          if (!proof || held.length >= 4) return [carried];
          held.push(carried);
          return [];
        };
        await using host = await startHost(road.url, {
          timings: { guess: 4_000 },
          // Four guesses.
          records: (session) => ({ write: makeRecord("write", SECRETS.write, session, 23) }),
        });
        const timings = { login: 5_000, logins: 5_000 };
        const slow = await Promise.all(
          [1, 2, 3, 4].map(() => startViewer(road.url, host.session, { timings })),
        );
        for (const viewer of slow) await viewer.story.wait(/^role/);
        await using last = await startViewer(road.url, host.session, { timings });
        await after(200);
        assert.ok(!last.story.has(/^role/), "no KE2 for a fifth");
        road.tell("host", { type: "signal", from_peer: held[0]!.from, signal: held[0]!.signal });
        await last.story.wait(/^link/);
        for (const viewer of slow) await viewer[Symbol.asyncDispose]();
      },
    );

    await t.step("--force-websocket on either end: the relay at once, sealed, and all channels", async () => {
      for (const forced of ["host", "viewer"]) {
        await using road = new HostileRoad();
        const policy = { forceWebsocket: true };
        await using host = await startHost(road.url, forced === "host" ? { policy } : {});
        await using viewer = await startViewer(road.url, host.session, forced === "viewer" ? { policy } : {});
        await viewer.story.wait(/^link relay/, 1_000);
        await host.story.wait(/^link aaaaaaaa relay/, 1_000);
        for (const channel of ["ctrl", "term", "bulk"] as const) {
          await passes(viewer.peer.link!, channel, "secret-typing", host.story);
          await passes(host.links.get(A)!, channel, "secret-screen", viewer.story);
        }
        assert.ok(!road.seen.join().includes("secret"));
        assert.ok(!viewer.story.has(/direct/) && !host.story.has(/Sending Signal: Offer/));
      }
    });

    await t.step("no way that fits both ends is said clearly", async () => {
      await using road = new HostileRoad();
      await using host = await startHost(road.url, { policy: { strictWebrtc: true } });
      await using viewer = await startViewer(road.url, host.session, { policy: { forceWebsocket: true } });
      await viewer.story.wait(/^refused no_path: .*no relay/);
    });

    await t.step("no candidates come through: the relay takes over, and WebRTC when it can", async () => {
      await using road = new HostileRoad();
      let cut = true;
      road.tamper = (carried) => cut && carried.signal.kind === "ice" ? [] : [carried];
      await using host = await startHost(road.url);
      await using viewer = await startViewer(road.url, host.session);
      await viewer.story.wait(/^link relay/, 3_000);
      await host.story.wait(/^link aaaaaaaa relay/, 3_000);
      await passes(viewer.peer.link!, "ctrl", "over-relay", host.story);
      cut = false;
      await viewer.story.wait(/^link direct/);
      await host.story.wait(/^link aaaaaaaa direct/);
      await passes(viewer.peer.link!, "ctrl", "over-webrtc", host.story);
    });

    await t.step(
      "--strict-webrtc where no packets pass ends with a clear word, without the relay",
      async () => {
        await using road = new HostileRoad();
        road.tamper = (carried) => carried.signal.kind === "ice" ? [] : [carried];
        await using host = await startHost(road.url);
        await using viewer = await startViewer(road.url, host.session, { policy: { strictWebrtc: true } });
        await viewer.story.wait(/^refused no_path: .*strict-webrtc/, 5_000);
        assert.ok(!viewer.story.has(/^link/));
      },
    );
  } finally {
    await closeRtc();
  }
});
