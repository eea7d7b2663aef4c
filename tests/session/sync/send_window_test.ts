import assert from "node:assert/strict";
import { World } from "../world.ts";

Deno.test("the host knows a viewer's window, whenever it changes while the session moves to another link", async () => {
  // The new link is the slower one: what is told on the old one arrives before the Hello, or long after it.
  for (const delayMs of [10, 150]) {
    for (let at = 0; at <= 500; at += 10) {
      const world = new World(31);
      const viewer = world.viewer();
      await viewer.connect({ delayMs: 80 });
      await world.run(at % 100);
      await viewer.connect({ delayMs }, true);
      await world.run(at);
      const window = { cols: 100 + at, rows: 30 };
      viewer.session.resize(window);
      await world.run(1000);
      assert.deepEqual(
        world.host.viewers.get("viewer0")!.window,
        window,
        `${at} ms after a link of ${delayMs} ms`,
      );
    }
  }
});
