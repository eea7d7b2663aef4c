/** What one far end can make of links and connections at the other, whatever it asks for. */
import assert from "node:assert/strict";
import type { Link } from "../../../transport/link.ts";
import { WebRtcAttempts } from "../../../transport/peer/webrtc_attempts.ts";
import type { RtcFactory } from "../../../transport/webrtc/rtc.ts";
import { poll } from "../../support/deadline.ts";
import { bytes, closeRtc, rtc, startHost, startViewer } from "../ends.ts";
import { HostileRoad } from "../hostile_road.ts";

Deno.test({ name: "many links", sanitizeOps: false, sanitizeResources: false }, async (t) => {
  try {
    await t.step("who asks for links and speaks on all but the newest keeps four", async () => {
      await using road = new HostileRoad();
      const policy = { strictWebrtc: true };
      // Neither end lets go of any by itself.
      await using host = await startHost(road.url, { policy, grace: Infinity, timings: { between: 100 } });
      await using viewer = await startViewer(road.url, host.session, { policy });
      await host.story.wait(/^link aaaaaaaa direct/);
      await viewer.story.wait(/^path direct/);
      const open = new Set<Link>();
      const take = (link: Link) => {
        open.add(link);
        void link.closed.then(() => open.delete(link));
      };
      take(viewer.peer.link!);
      let newest = viewer.peer.link!;
      const speaking = setInterval(() => {
        for (const link of open) if (link !== newest) link.send("term", bytes("still here"));
      }, 10);
      let most = 0;
      try {
        for (let i = 0; i < 9; i++) {
          viewer.peer.renegotiate("it likes links");
          newest = await poll(
            () => viewer.peer.link !== newest && viewer.peer.link || undefined,
            8000,
            "a link",
          );
          take(newest);
          await poll(() => open.size <= 4, 4000, "four links");
          most = Math.max(most, open.size);
        }
      } finally {
        clearInterval(speaking);
      }
      assert.equal(most, 4, "honest ends keep what they speak on");
    });

    await t.step("offers without end make no more connections than an honest host's", async () => {
      const factory = await rtc();
      let made = 0;
      const counting: RtcFactory = {
        create: (options) => (made++, factory.create(options)),
        close: () => factory.close(),
      };
      const attempts = new WebRtcAttempts({
        rtc: counting,
        role: "viewer",
        log: () => {},
        ice: () => ({ iceServers: [], icePolicy: "all" }),
        limit: 1000,
        send: () => {},
        opened: () => {},
        failed: () => {},
      });
      for (let negotiation = 0; negotiation < 50; negotiation++) {
        attempts.reset();
        for (let attempt = 1; attempt <= 8; attempt++) {
          attempts.receive({ kind: "offer", sdp: "v=0\r\n", attempt, connection: "main" }, null);
        }
      }
      await attempts.close();
      assert.ok(made >= 32 && made <= 40, `${made} connections for 400 offers`);
    });
  } finally {
    await closeRtc();
  }
});
