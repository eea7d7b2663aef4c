/** Which links an end keeps, and what is known of them: the scenes that no time of a key shows. */
import assert from "node:assert/strict";
import type { Link } from "../../../transport/link.ts";
import { HOST } from "../../../session/links/selection_policy.ts";
import { Gate } from "../gate.ts";
import { World } from "../world.ts";

/** A host and a viewer with one link; `open` makes another, whose directions can be shut. */
function scene(seed = 1) {
  const world = new World(seed);
  world.onTyped = (bytes) => world.print(bytes);
  const viewer = world.viewer();
  const open = (lossy = true) => {
    const ends = viewer.open({ delayMs: 5, lossy });
    const [fromHost, fromViewer] = [new Gate(ends.host, world.clock), new Gate(ends.viewer, world.clock)];
    const way = { ...ends, fromHost, fromViewer, ended: [] as string[] };
    for (const end of ["host", "viewer"] as const) {
      void way[end].closed.then(({ reason }) => reason === "local" && way.ended.push(end));
    }
    return way;
  };
  const type = (text: string) => viewer.session.type(new TextEncoder().encode(text));
  const atHost = () => world.host.viewers.get(viewer.peer)!;
  return { world, viewer, open, type, atHost };
}

Deno.test("a link that a newer one replaced is closed when its grace is over, by the host before the viewer", async () => {
  const { world, open } = scene();
  const first = open();
  await world.run(1000);
  const second = open();
  await world.run(1980);
  assert.deepEqual(first.ended, []);
  await world.run(100);
  assert.deepEqual(first.ended, ["host"]);
  assert.deepEqual(second.ended, []);
});

Deno.test("a viewer whose host's end of the replaced link never closes it closes it itself", async () => {
  const { world, open } = scene();
  const first = open();
  await world.run(1000);
  open();
  first.host.close = () => Promise.resolve();
  await world.run(3900);
  assert.deepEqual(first.ended, []);
  // The first time that something is heard after it.
  await world.run(3200);
  assert.deepEqual(first.ended, ["viewer"]);
});

Deno.test("a viewer that stays on the older link, since nothing comes over the newer one, keeps it until something has", async () => {
  const { world, viewer, open, type } = scene();
  const first = open();
  await world.run(1000);
  // TCP brings what the viewer says, and holds what the host says.
  const second = open(false);
  second.fromHost.shut(30_000);
  for (let typed = 0; typed < 29; typed++) {
    type("x");
    await world.run(1000);
  }
  assert.deepEqual([first.ended, second.ended], [[], []]);
  assert.equal(viewer.session.shown, 29);
  await world.run(2000 + HOST.grace);
  assert.deepEqual(first.ended, ["host"]);
  assert.equal(viewer.session.conversation!.link, second.viewer);
});

Deno.test("a request for a link is out of date once the viewer has heard something newer, and not before", async () => {
  const { world, viewer, open, type, atHost } = scene();
  const first = open();
  await world.run(4000);
  first.fromHost.shut(3000);
  first.fromViewer.shut(3000);
  type("a");
  await world.run(2500);
  const asked = viewer.session.linkRequests.due(world.clock.now)!;
  assert.match(asked.why, /^nothing heard for \d+ ms$/);
  assert.equal(atHost().links.heardSince(asked.heard), false, "in the outage");
  await world.run(800);
  assert.equal(atHost().links.heardSince(asked.heard), true, "a round trip after it");
  assert.equal(viewer.session.linkRequests.request("moved", world.clock.now, true).heard, 0);
  assert.equal(atHost().links.heardSince(0), false, "who moved wants a link in any case");
});

Deno.test("a viewer that is heard but hears nothing is not told that its request is out of date", async () => {
  const { world, viewer, open, type, atHost } = scene();
  const first = open();
  await world.run(4000);
  first.fromHost.shut(60_000);
  type("a");
  await world.run(2500);
  const asked = viewer.session.linkRequests.due(world.clock.now)!;
  type("b");
  await world.run(8000);
  assert.ok(world.clock.now - atHost().conversation!.path.heardAt < 1000, "it is heard");
  assert.equal(atHost().links.heardSince(asked.heard), false);
});

Deno.test("what was known of the host outlives the links on which it was heard", async () => {
  const { world, viewer, open } = scene();
  const first = open();
  await world.run(4000);
  const before = viewer.session.linkRequests.request("a test", world.clock.now).heard;
  assert.ok(before > 0);
  await (first.viewer as Link).close();
  await world.run(10);
  assert.equal(viewer.session.linkRequests.request("a test", world.clock.now).heard, before);
});

Deno.test("times of another clock count across their wrap at 2^32 ms", async () => {
  const { world, viewer, open, type, atHost } = scene();
  world.clock.now = 2 ** 32 - 2000;
  open();
  await world.run(500);
  type("a");
  await world.run(500);
  const { heard } = viewer.session.linkRequests.request("a test", world.clock.now);
  assert.ok(heard > 2 ** 31);
  await world.run(10_000);
  assert.equal(atHost().links.heardSince(heard), true);
  assert.ok(viewer.session.linkRequests.request("a test", world.clock.now).heard < 20_000);
});
