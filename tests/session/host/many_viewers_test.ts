/** What one of many viewers costs a host besides the others. */
import assert from "node:assert/strict";
import { packetOf } from "../../frames/packets.ts";
import { World } from "../world.ts";
import { cpuTime } from "../../support/cpu_time.ts";

Deno.test("messages of one of 250 viewers do not make the host look at all the others", async () => {
  const world = new World(7);
  for (let i = 0; i < 250; i++) await world.viewer("view").connect({ delayMs: 1 });
  await world.run(3000);
  const [loud] = world.viewers;
  const ack = packetOf({ type: "OutputAck", have: 0, gen: 1, sack: [] });
  const receive = world.host.viewers.get(loud!.peer)!.link!.onmessage!;
  const time = (happens: () => void) => {
    const spent = cpuTime();
    for (let i = 0; i < 500; i++) {
      happens();
      world.host.poll();
      world.host.due();
    }
    return spent();
  };
  // What is printed concerns all of them.
  const all = time(() => world.host.output(new Uint8Array(0)));
  const one = time(() => receive("term", ack));
  assert.ok(3 * one < all, `${one} ms for one, ${all} for all`);
});

Deno.test("many viewers that ask for history at once are served one after the other", async () => {
  const world = new World(8);
  for (let i = 0; i < 20; i++) await world.viewer("view").connect({ delayMs: 1 });
  await world.run(500);
  let [reading, most, read] = [0, 0, 0];
  world.reading = () => {
    most = Math.max(most, ++reading);
    return new Promise((done) => world.clock.schedule(5, () => (reading--, read++, done())));
  };
  for (const viewer of world.viewers) viewer.session.askLines(1, 0, 0, 500);
  await world.run(500);
  assert.deepEqual([most, read], [1, 20]);
});
