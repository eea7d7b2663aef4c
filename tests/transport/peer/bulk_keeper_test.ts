/** The second connection comes when it is wanted and goes when it is not; neither is a fault. Real ends, real connections. */
import assert from "node:assert/strict";
import { until } from "../../support/deadline.ts";
import { closeRtc, type HostEnd, passes, startHost, startViewer, type ViewerEnd } from "../ends.ts";
import { HostileRoad } from "../hostile_road.ts";

const A = "aaaaaaaa";
/** Long enough to see it open, short enough to wait for. */
const TIMINGS = { bulkIdle: 300, retries: [50, 100, 200, 400] };
const SOON = 8_000;

function looks(changed: () => void) {
  const timer = setInterval(changed, 5);
  return () => clearInterval(timer);
}

/** Waits until both ends of the one link have a second connection, or neither. */
async function second(host: HostEnd, viewer: ViewerEnd, there: boolean): Promise<void> {
  const both = () => [host.links.get(A)!, viewer.peer.link!].map((link) => link.separateBulk);
  await until(
    () => both().every((one) => one === there) || undefined,
    looks,
    SOON,
    `${there ? "a" : "no"} second connection`,
    () => `${both()} ${host.story.lines.join("\n")}`,
  );
}

Deno.test({ name: "the second connection", sanitizeOps: false, sanitizeResources: false }, async (t) => {
  try {
    await t.step("closes when nothing wants it, opens when it is wanted, as often as it likes", async () => {
      await using road = new HostileRoad();
      await using host = await startHost(road.url, { timings: TIMINGS });
      await using viewer = await startViewer(road.url, host.session, { timings: TIMINGS });
      await host.story.wait(/^link aaaaaaaa direct/);
      await viewer.story.wait(/^path direct/);
      const [atHost, here] = [host.links.get(A)!, viewer.peer.link!];
      await second(host, viewer, true);
      // More often than a negotiation has attempts.
      for (let round = 0; round < 12; round++) {
        await second(host, viewer, false);
        if (round % 3 === 0) await passes(here, "bulk", `asked-${round}`, host.story);
        else if (round % 3 === 1) await passes(atHost, "bulk", `told-${round}`, viewer.story);
        else atHost.wantBulk();
        await second(host, viewer, true);
        await passes(atHost, "bulk", `history-${round}`, viewer.story);
        await passes(here, "bulk", `answer-${round}`, host.story);
      }
      assert.equal(host.links.get(A), atHost, "the link is the same");
      assert.equal(viewer.peer.link, here);
      for (const story of [host.story, viewer.story]) {
        assert.equal(story.lines.filter((line) => /^link /.test(line)).length, 1, story.lines.join("\n"));
        // The main connection's first attempt may stand still on a busy machine.
        const fault = /\(bulk\) failed|ended:|refused|warn|error/i;
        assert.ok(!story.has(fault), story.lines.join("\n"));
      }
      assert.deepEqual([host.peers.dropped, viewer.peer.dropped], [0, 0]);
    });

    await t.step(
      "stays while somebody wants it, and what asks for another main link still gets it",
      async () => {
        await using road = new HostileRoad();
        await using host = await startHost(road.url, { timings: TIMINGS });
        await using viewer = await startViewer(road.url, host.session, { timings: TIMINGS });
        await host.story.wait(/^link aaaaaaaa direct/);
        await viewer.story.wait(/^path direct/);
        await second(host, viewer, true);
        const wants = setInterval(() => host.links.get(A)!.wantBulk(), 50);
        try {
          const closed = await Promise.race([
            host.story.wait(/bulk connection of .* is closed/, SOON).then(() => true),
            new Promise<false>((resolve) => setTimeout(resolve, 3 * TIMINGS.bulkIdle, false)),
          ]);
          assert.equal(closed, false);
        } finally {
          clearInterval(wants);
        }
        await second(host, viewer, false);
        const from = viewer.story.lines.length;
        viewer.peer.renegotiate("it went quiet");
        await viewer.story.wait(/^path direct/, SOON, from);
        await second(host, viewer, true);
        await passes(viewer.peer.link!, "bulk", "on-the-new", host.story);
      },
    );

    await t.step("opens for a new link however late its turn comes", async () => {
      await using road = new HostileRoad();
      // As on a machine that stands still for longer than an unused one lives.
      const timings = { ...TIMINGS, bulkIdle: 1000, bulk: 2000 };
      await using host = await startHost(road.url, { timings });
      await using viewer = await startViewer(road.url, host.session, { timings });
      await host.story.wait(/^link aaaaaaaa direct/);
      await viewer.story.wait(/^path direct/);
      await second(host, viewer, true);
    });

    await t.step("an attempt that stands still gets company long before its time is up", async () => {
      await using road = new HostileRoad();
      const timings = { bulkSecond: 200 };
      await using host = await startHost(road.url, { timings });
      await using viewer = await startViewer(road.url, host.session, { timings });
      await host.story.wait(/^link aaaaaaaa direct/);
      await viewer.story.wait(/^path direct/);
      let offers = 0;
      road.tamper = (carried) => carried.signal.kind === "offer" && ++offers === 1 ? [] : [carried];
      await second(host, viewer, true);
      assert.equal(offers, 2);
      await passes(viewer.peer.link!, "bulk", "by-the-second", host.story);
    });

    await t.step(
      "bulk does without one where it can't open; and none is closed while the host is off the road",
      async () => {
        await using road = new HostileRoad();
        let bulk = 0;
        await using host = await startHost(road.url, { timings: TIMINGS });
        await using viewer = await startViewer(road.url, host.session, { timings: TIMINGS });
        await host.story.wait(/^link aaaaaaaa direct/);
        await viewer.story.wait(/^path direct/);
        await second(host, viewer, true);
        await second(host, viewer, false);
        // Signals are lost from here on.
        road.tamper = (carried) => {
          if (carried.signal.kind === "offer") bulk++;
          return [];
        };
        host.links.get(A)!.wantBulk();
        await until(() => bulk > 0 || undefined, looks, SOON, "an offer");
        await passes(host.links.get(A)!, "bulk", "without-one", viewer.story);
        road.tamper = (carried) => [carried];
        const wants = setInterval(() => host.links.get(A)!.wantBulk(), 50);
        try {
          await second(host, viewer, true);
        } finally {
          clearInterval(wants);
          host.road.close();
        }
        const closed = await Promise.race([
          host.story.wait(/bulk connection of .* is closed/, SOON, host.story.lines.length).then(() => true),
          new Promise<false>((resolve) => setTimeout(resolve, 4 * TIMINGS.bulkIdle, false)),
        ]);
        assert.equal(closed, false);
        assert.equal(host.links.get(A)!.separateBulk, true);
      },
    );
  } finally {
    await closeRtc();
  }
});
