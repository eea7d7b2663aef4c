/** A viewer that confirms what the host never printed: it fools only itself, and for no longer than it lies. */
import assert from "node:assert/strict";
import { packetOf } from "../../frames/packets.ts";
import { World } from "../world.ts";

for (const [name, screens] of [["snapshots", true], ["bytes"]] as const) {
  Deno.test(`acks of what was not printed, of a viewer that gets ${name}: they count for nothing`, async () => {
    const world = new World(51);
    const viewer = world.viewer();
    await viewer.connect({ delayMs: 5 });
    await world.run(500);
    viewer.stopped = true;
    if (screens) { for (let i = 0; i < 40; i++) world.print(new Uint8Array(64 * 1024).fill(65)); }
    else world.print(new Uint8Array(10).fill(65));
    await world.run(2);
    const lie = packetOf({ type: "OutputAck", have: 2 ** 40, gen: 1, sack: [2 ** 41, 2 ** 42] });
    for (let i = 0; i < 20; i++) {
      viewer.link!.send("term", lie);
      await world.run(2);
      const { backlog } = world.host.viewers.get(viewer.peer)!;
      assert.ok(backlog >= 0, `${backlog} bytes are not confirmed`);
    }
    viewer.stopped = false;
    for (let i = 0; i < 20; i++) {
      world.print(new Uint8Array(100).fill(66));
      await world.run(50);
    }
    await world.run(1000);
    assert.equal(viewer.session.shown, world.host.version);
    assert.deepEqual(viewer.screen.slice(-100), world.screen.slice(-100));
  });
}
