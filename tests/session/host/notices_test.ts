/** What a host tells its viewers besides the screen, in simulated time. */
import assert from "node:assert/strict";
import { World } from "../world.ts";

Deno.test("offered ports: each viewer who may forward hears of each once, whatever becomes of its links", async () => {
  const world = new World(3);
  const ann = world.viewer();
  // What was offered before it said hello waits for that.
  await ann.connect({ delayMs: 10 });
  world.host.offer(ann.peer, 3000);
  assert.deepEqual(ann.offered, []);
  await world.run(200);
  assert.deepEqual(ann.offered, [3000]);
  world.host.offer(ann.peer, 3000);
  await world.run(200);
  // Said on a link that is lost.
  await ann.link!.close("lost");
  world.host.offer(ann.peer, 5173);
  await world.run(200);
  assert.deepEqual(ann.offered, [3000]);
  await ann.connect({ delayMs: 10 });
  await world.run(200);
  assert.deepEqual(ann.offered, [3000, 5173]);
});

Deno.test("offered ports: who only watches hears of none, until it may forward; a host that offers all there are is heard for a while", async () => {
  const world = new World(4);
  const bob = world.viewer("view");
  await bob.connect({ delayMs: 10 });
  await world.run(100);
  world.host.offer(bob.peer, 3000);
  await world.run(200);
  assert.deepEqual(bob.offered, []);
  bob.member.grant = new Set(["look", "forward"]);
  for (let port = 1; port <= 1000; port++) world.host.offer(bob.peer, port);
  await world.run(500);
  assert.equal(bob.offered.length, 64);
});
