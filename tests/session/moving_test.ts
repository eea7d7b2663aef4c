import assert from "node:assert/strict";
import { World } from "./world.ts";

Deno.test("a paste while the session moves to another link: what the old one had on its way counts, and the rest goes", async () => {
  for (let delayMs = 50; delayMs <= 180; delayMs += 10) {
    const world = new World(delayMs);
    const viewer = world.viewer();
    await viewer.connect({ delayMs });
    await world.run(3000);
    const typed = Uint8Array.from({ length: 60_100 }, (_, i) => i & 255);
    viewer.session.type(typed.subarray(0, 100));
    await world.run(1);
    viewer.session.type(typed.subarray(100));
    await world.run(1);
    await viewer.connect({ delayMs: 50 }, true);
    await world.run(5000);
    assert.deepEqual([delayMs, world.typed.length], [delayMs, typed.length]);
    assert.deepEqual(world.typed, typed);
  }
});
