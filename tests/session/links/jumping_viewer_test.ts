/** A hostile viewer that says on one link after the other that it goes on there: the host's work stays bounded. */
import assert from "node:assert/strict";
import type { Frame } from "../../../frames/frame.ts";
import { encodePacket } from "../../../frames/packet.ts";
import { timeOf } from "../../../session/links/path_monitor.ts";
import { World } from "../world.ts";

const hello = { protocol: 2, features: ["streams"], name: "evil", have: 0, gen: 0, input: 0 };
const JUMPS: Record<string, (i: number) => Frame> = {
  "an ack": () => ({ type: "OutputAck", have: 0, gen: 9, sack: [] }),
  "Hello": (i) => ({ type: "Hello", ...hello, cols: 80 + i % 2, rows: 24 }),
};

for (const [name, frame] of Object.entries(JUMPS)) {
  Deno.test(`a viewer that jumps between two links with ${name} each ms: few screens, few sizes, few lines in the log`, async () => {
    const world = new World(41);
    const honest = world.viewer();
    await honest.connect({ delayMs: 5 });
    const evil = world.viewer();
    const links = [];
    for (const cols of [80, 132]) {
      evil.session.resize({ cols, rows: 24 });
      links.push(evil.open({}).viewer);
      await world.run(200);
    }
    evil.stopped = true;
    const asked = { lines: 0, pictures: 0, windows: 0, snapshots: 0 };
    world.asked = (what) => asked[what]++;
    for (const link of links) link.onmessage = () => {};
    const lines = world.log.length;
    for (let i = 0; i < 2000; i++) {
      // Later than all before it, and an answer without delay: the path seems to have no round trip.
      const header = {
        time: 1_000_000 + i,
        echo: timeOf(world.clock.now),
        held: 0,
        number: 0,
        top: 0,
        got: 0,
      };
      links[i % 2]!.send("term", encodePacket({ header, frames: [frame(i)] }));
      await world.run(1);
    }
    const seen = JSON.stringify({ ...asked, lines: world.log.length - lines });
    assert.ok(asked.snapshots <= 30 && asked.windows <= 30, seen);
    assert.ok(world.log.length - lines <= 60, seen);
    // An honest end that has jumped too often goes on as soon as it may.
    evil.stopped = false;
    await evil.connect({ delayMs: 5 });
    world.print(new Uint8Array(10).fill(65));
    await world.run(5000);
    assert.equal(evil.session.shown, world.host.version);
    assert.equal(honest.session.shown, world.host.version);
  });
}
