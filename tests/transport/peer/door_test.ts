/** The door of a host while people are in: codes that are replaced, one that is shown out, and the lock. */
import assert from "node:assert/strict";
import { makeRecord } from "../../../transport/auth/pake.ts";
import { closeRtc, type HostEnd, passes, SECRETS, startHost, startViewer } from "../ends.ts";
import { HostileRoad } from "../hostile_road.ts";

const A = "aaaaaaaa";
const NEXT = "river-lamp-ocean";

/** The secret to type with becomes {@link NEXT}. */
function replaceWrite({ peers, session }: HostEnd): void {
  peers.replace({ write: makeRecord("write", NEXT, session) });
}

Deno.test({ name: "the door", sanitizeOps: false, sanitizeResources: false }, async (t) => {
  try {
    await t.step(
      "who was shown out does not come back with the code it had; the new one lets in",
      async () => {
        await using road = new HostileRoad();
        await using host = await startHost(road.url);
        await using eve = await startViewer(road.url, host.session);
        await eve.story.wait(/^link/);
        await host.story.wait(/^link/);
        assert.equal(host.peers.opens(A), "write");
        replaceWrite(host);
        assert.equal(host.peers.opens(A), undefined);
        host.peers.kick(A, "enough");
        await eve.story.wait(/^ended enough/);
        await using again = await startViewer(road.url, host.session);
        await again.story.wait(/^refused wrong/);
        await using watcher = await startViewer(road.url, host.session, { access: "view" });
        await watcher.story.wait(/^link/);
        await using friend = await startViewer(road.url, host.session, { secret: NEXT });
        await friend.story.wait(/^link/);
      },
    );

    await t.step("kicked while it is relayed: the same", async () => {
      await using road = new HostileRoad();
      const policy = { forceWebsocket: true };
      await using host = await startHost(road.url, { policy });
      await using eve = await startViewer(road.url, host.session, { policy });
      await eve.story.wait(/^link relay/);
      await host.story.wait(/^link/);
      replaceWrite(host);
      host.peers.kick(A, "enough");
      await eve.story.wait(/^ended enough/);
      await using again = await startViewer(road.url, host.session, { policy });
      await again.story.wait(/^refused wrong/);
    });

    await t.step(
      "kicked while it is away: when it is back it is not known, and its code is none",
      async () => {
        await using road = new HostileRoad();
        const policy = { forceWebsocket: true };
        await using host = await startHost(road.url, { policy });
        await using eve = await startViewer(road.url, host.session, { policy });
        await eve.story.wait(/^link relay/);
        await host.story.wait(/^link/);
        road.tell("host", { type: "peer_left", peer: A, reason: "lost" });
        replaceWrite(host);
        // It hears nothing of it: what the host says to it is lost.
        road.tamper = (carried) =>
          carried.from === "host" && carried.signal.kind === "control" ? [] : [carried];
        host.peers.kick(A, "enough");
        await host.story.wait(/^left aaaaaaaa/);
        road.tell("host", { type: "peer_joined", peer: A, resumed: true });
        void eve.peer.link?.close("its network changed");
        eve.peer.renegotiate("it is back");
        await eve.story.wait(/^refused wrong/, 12_000);
        assert.equal(host.story.lines.filter((line) => line.startsWith("joined")).length, 1);
      },
    );

    await t.step("who is in when codes change stays, and gets new links", async () => {
      await using road = new HostileRoad();
      await using host = await startHost(road.url);
      await using ada = await startViewer(road.url, host.session);
      await ada.story.wait(/^link/);
      await host.story.wait(/^link/);
      replaceWrite(host);
      const before = ada.story.lines.length;
      ada.peer.renegotiate("it wants another");
      await ada.story.wait(/^link/, 8_000, before);
      await passes(ada.peer.link!, "ctrl", "still-here", host.story);
      assert.ok(!host.story.has(/^left/));
    });

    await t.step(
      "a login that began with the old secret does not end well, nor is it forgotten as a guess",
      async () => {
        await using road = new HostileRoad();
        await using host = await startHost(road.url);
        // The answer to the viewer's KE1 is kept back until the secret is another.
        let changed = false;
        road.tamper = (carried) => {
          if (carried.signal.kind === "pake" && carried.from === "host" && !changed) {
            changed = true;
            replaceWrite(host);
          }
          return [carried];
        };
        await using viewer = await startViewer(road.url, host.session);
        await viewer.story.wait(/^refused wrong/);
        assert.ok(!host.story.has(/^joined/));
        assert.ok(host.peers.failures("write") >= 1);
      },
    );

    await t.step("one about whom a person is asked when codes change is refused", async () => {
      await using road = new HostileRoad();
      let gone: AbortSignal | undefined;
      const approve = (_: unknown, signal: AbortSignal) => {
        gone = signal;
        return new Promise<boolean>(() => {});
      };
      await using host = await startHost(road.url, { policy: { approve } });
      await using viewer = await startViewer(road.url, host.session);
      await viewer.story.wait(/^waiting/);
      replaceWrite(host);
      await viewer.story.wait(/^refused denied: the host has made new codes/);
      assert.ok(gone!.aborted);
    });

    await t.step(
      "a locked door lets nobody in who is not, and says so; it guesses nothing there",
      async () => {
        await using road = new HostileRoad();
        await using host = await startHost(road.url);
        await using ada = await startViewer(road.url, host.session);
        await ada.story.wait(/^link/);
        await host.story.wait(/^link/);
        host.peers.locked = true;
        for (const secret of [SECRETS.write, "rival-lamp-zoo"]) {
          await using outside = await startViewer(road.url, host.session, { secret });
          await outside.story.wait(/^refused locked/);
        }
        assert.equal(host.peers.failures("write"), 0);
        await passes(ada.peer.link!, "ctrl", "still-here", host.story);
        host.peers.locked = false;
        await using late = await startViewer(road.url, host.session);
        await late.story.wait(/^link/);
      },
    );

    await t.step("a login that is on its way when the door is locked stays outside", async () => {
      await using road = new HostileRoad();
      await using host = await startHost(road.url);
      road.tamper = (carried) => {
        if (carried.signal.kind === "pake" && carried.from === "host") host.peers.locked = true;
        return [carried];
      };
      await using viewer = await startViewer(road.url, host.session);
      await viewer.story.wait(/^refused locked/);
      assert.ok(!host.story.has(/^joined/));
    });
  } finally {
    await closeRtc();
  }
});
