/** Whom a host lets in of those who proved the secret: a person's answer, and places. */
import assert from "node:assert/strict";
import type { Viewer } from "../../../transport/peer/host_peer.ts";
import { deadline } from "../../support/deadline.ts";
import { closeRtc, passes, startHost, startViewer } from "../ends.ts";
import { HostileRoad } from "../hostile_road.ts";

const after = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const A = "aaaaaaaa";

Deno.test({ name: "places", sanitizeOps: false, sanitizeResources: false }, async (t) => {
  try {
    await t.step("approval: waits for the person, and takes no for an answer", async () => {
      await using road = new HostileRoad();
      const asked: PromiseWithResolvers<boolean>[] = [];
      const approve = () => {
        asked.push(Promise.withResolvers<boolean>());
        return asked.at(-1)!.promise;
      };
      await using host = await startHost(road.url, { policy: { approve } });
      await using viewer = await startViewer(road.url, host.session, { timings: { link: 1_800 } });
      await viewer.story.wait(/^waiting the host has to approve/);
      await after(2_200); // longer than a link may take: a person may
      assert.ok(!host.story.has(/^joined/) && !viewer.story.has(/^refused/));
      asked[0]!.resolve(true);
      await viewer.story.wait(/^link/);
      await using other = await startViewer(road.url, host.session);
      await other.story.wait(/^waiting/);
      asked[1]!.resolve(false);
      await other.story.wait(/^refused denied: the host did not approve/);
    });

    await t.step("approval: who leaves need not be answered any more", async () => {
      await using road = new HostileRoad();
      const over: Promise<string>[] = [];
      const approve = (viewer: Viewer, gone: AbortSignal) => {
        const { promise, resolve } = Promise.withResolvers<boolean>();
        over.push(
          new Promise((told) => gone.addEventListener("abort", () => (told(viewer.peer), resolve(true)))),
        );
        return promise;
      };
      await using host = await startHost(road.url, { policy: { approve } });
      {
        await using viewer = await startViewer(road.url, host.session);
        await viewer.story.wait(/^waiting/);
        road.tell("host", { type: "peer_left", peer: A, reason: "left" });
      }
      assert.equal(await deadline(over[0]!, 1_000, "the end of the question"), A);
      assert.ok(!host.story.has(/^joined/));
    });

    await t.step("no more than --max-viewers, and a place is free again when one leaves", async () => {
      await using road = new HostileRoad();
      await using host = await startHost(road.url, { policy: { maxViewers: 1 } });
      {
        await using first = await startViewer(road.url, host.session);
        await first.story.wait(/^link/);
        await using second = await startViewer(road.url, host.session);
        await second.story.wait(/^refused full/);
        road.tell("host", { type: "peer_left", peer: A, reason: "left" });
      }
      await host.story.wait(/^left aaaaaaaa/);
      await using third = await startViewer(road.url, host.session);
      await third.story.wait(/^link/);
    });

    await t.step("who is shown out is told why, its link closes, and its place is free", async () => {
      await using road = new HostileRoad();
      await using host = await startHost(road.url, { policy: { maxViewers: 1 } });
      await using first = await startViewer(road.url, host.session);
      await host.story.wait(/^link/);
      host.peers.kick(A, "enough for today");
      await first.story.wait(/^ended enough for today/);
      await host.story.wait(/^left aaaaaaaa enough for today/);
      assert.equal(host.peers.count, 0);
      await deadline(host.links.get(A)!.closed, 2_000, "the end of its link");
      // Nobody is called that any more.
      host.peers.kick(A, "again");
      await using second = await startViewer(road.url, host.session);
      await second.story.wait(/^link/);
    });

    await t.step(
      "the place of one who crashed is given to somebody new who proved the secret, to no one else",
      async () => {
        await using road = new HostileRoad();
        const timings = { silent: 0 };
        await using host = await startHost(road.url, {
          policy: { maxViewers: 1, forceWebsocket: true },
          timings,
        });
        await using first = await startViewer(road.url, host.session);
        await first.story.wait(/^link/);
        {
          await using early = await startViewer(road.url, host.session);
          await early.story.wait(/^refused full/);
        }
        // As the road tells of a socket that broke; the host keeps the viewer, which may come back.
        road.tell("host", { type: "peer_left", peer: A, reason: "lost" });
        {
          await using wrong = await startViewer(road.url, host.session, { secret: "rival-lamp-zoo" });
          await wrong.story.wait(/^refused wrong/);
        }
        assert.ok(!host.story.has(/^left/));
        await using last = await startViewer(road.url, host.session);
        await last.story.wait(/^link/);
        await host.story.wait(/^left aaaaaaaa its place was given to somebody new/);
        assert.equal(host.peers.count, 1);
      },
    );

    await t.step("who was heard a moment ago keeps its place, on the road or not", async () => {
      await using road = new HostileRoad();
      await using host = await startHost(road.url, { policy: { maxViewers: 1 } });
      await using first = await startViewer(road.url, host.session);
      await first.story.wait(/^link/);
      await passes(first.peer.link!, "ctrl", "here", host.story);
      road.tell("host", { type: "peer_left", peer: A, reason: "lost" });
      await using second = await startViewer(road.url, host.session);
      await second.story.wait(/^refused full/);
      assert.ok(!host.story.has(/^left/));
    });
  } finally {
    await closeRtc();
  }
});
