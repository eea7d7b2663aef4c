/** What a viewer does with the desktop reaches the host once and in order, whatever the links do; of positions the newest, soon. */
import assert from "node:assert/strict";
import { World } from "../world.ts";

const text = (s: string) => new TextEncoder().encode(s);

/** A host that shares a desktop, and what came there. */
function desktopWorld(seed: number) {
  const world = new World(seed);
  const came = {
    events: "",
    times: [] as number[],
    positions: [] as { x: number; y: number; holds: boolean }[],
  };
  world.host.desktop = {
    events: (_, bytes) => {
      came.events += new TextDecoder().decode(bytes);
      for (let i = 0; i < bytes.length; i++) came.times.push(world.clock.now);
    },
    position: (_, { x, y, holds }) => void came.positions.push({ x, y, holds }),
  };
  return { world, came };
}

Deno.test("events come once and in order, over loss and a change of links", async () => {
  for (let seed = 1; seed <= 5; seed++) {
    const { world, came } = desktopWorld(seed);
    const viewer = world.viewer();
    await viewer.connect({ delayMs: 50, loss: 0.1 });
    await world.run(1000);
    let sent = "";
    for (let i = 0; i < 200; i++) {
      if (i === 100) await viewer.connect({ delayMs: 80, loss: 0.1 });
      sent += String.fromCharCode(33 + i % 90);
      viewer.session.inputs.desktop.send(text(sent.at(-1)!));
      await world.run(40);
    }
    await world.run(3000);
    assert.equal(came.events, sent);
    assert.equal(viewer.session.inputs.desktop.unsent, 0);
  }
});

Deno.test("an event takes one way and little more where messages are lost", async () => {
  const late: number[] = [];
  for (let seed = 1; seed <= 3; seed++) {
    const { world, came } = desktopWorld(seed);
    const viewer = world.viewer();
    await viewer.connect({ delayMs: 50, loss: 0.05 });
    await world.run(3000);
    const sent: number[] = [];
    for (let i = 0; i < 300; i++) {
      sent.push(world.clock.now);
      viewer.session.inputs.desktop.send(text("k"));
      await world.run(125);
    }
    await world.run(2000);
    late.push(...came.times.map((at, i) => at - sent[i]!));
  }
  late.sort((a, b) => a - b);
  const at = (p: number) => late[Math.floor(late.length * p)]!;
  assert.ok(at(0.5) <= 53 && at(0.95) <= 80, `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms`);
});

Deno.test("of many positions the last arrives, each no more often than every 8 ms, also where it was lost", async () => {
  for (let seed = 1; seed <= 10; seed++) {
    const { world, came } = desktopWorld(seed);
    const viewer = world.viewer();
    await viewer.connect({ delayMs: 30, loss: 0.3 });
    await world.run(1000);
    for (let x = 0; x < 1000; x++) {
      viewer.session.inputs.desktop.place(x, 7, false);
      if (x % 4 === 3) await world.run(1);
    }
    await world.run(2000);
    assert.deepEqual(came.positions.at(-1), { x: 999, y: 7, holds: false });
    // 250 ms of moves, and what was said again.
    assert.ok(came.positions.length <= 40, `${came.positions.length} positions came`);
  }
});

Deno.test("while a viewer holds something the host hears of it each 100 ms, and no more once it let go", async () => {
  const { world, came } = desktopWorld(1);
  const viewer = world.viewer();
  await viewer.connect({ delayMs: 10, loss: 0 });
  await world.run(500);
  viewer.session.inputs.desktop.place(1, 1, true);
  await world.run(1050);
  const held = came.positions.length;
  assert.ok(held >= 9 && held <= 12, `${held} in a second`);
  viewer.session.inputs.desktop.place(1, 1, false);
  await world.run(1000);
  assert.equal(came.positions.length, held + 1);
});

Deno.test("who may only look moves nothing, and is not asked to say it again", async () => {
  const { world, came } = desktopWorld(1);
  const viewer = world.viewer("view");
  await viewer.connect({ delayMs: 10, loss: 0 });
  await world.run(500);
  viewer.session.inputs.desktop.send(text("abc"));
  viewer.session.inputs.desktop.place(5, 5, true);
  await world.run(1000);
  assert.deepEqual(came, { events: "", times: [], positions: [] });
  assert.equal(viewer.session.inputs.desktop.unsent, 0);
});

Deno.test("nothing is sent to a host without a desktop", async () => {
  const world = new World(1);
  const viewer = world.viewer();
  await viewer.connect({ delayMs: 10, loss: 0 });
  await world.run(500);
  const { desktop } = viewer.session.inputs;
  assert.equal(desktop.on, false);
  desktop.send(text("abc"));
  desktop.place(1, 2, true);
  assert.equal(desktop.unsent, 0);
  assert.equal(desktop.due(world.clock.now), Infinity);
});
