/** Host and viewer over a road that is honest: what works, and what happens when something is lost. */
import assert from "node:assert/strict";
import { closeRtc, passes, startHost, startViewer } from "./ends.ts";
import { HostileRoad } from "./hostile_road.ts";

const A = "aaaaaaaa";

Deno.test({ name: "peers", sanitizeOps: false, sanitizeResources: false }, async (t) => {
  try {
    await t.step(
      "a viewer with the secret gets a link; both roles; the words of the log on both ends",
      async () => {
        await using road = new HostileRoad();
        await using host = await startHost(road.url);
        await using viewer = await startViewer(road.url, host.session);
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
        for (const secret of ["a=candidate", "fingerprint", "rival", "history", "from-host", "Ada"]) {
          assert.ok(!all.includes(secret));
        }
      },
    );
  } finally {
    await closeRtc();
  }
});
