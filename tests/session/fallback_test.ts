import assert from "node:assert/strict";
import { Fallback, type Routing, ROUTING_WORDS } from "../../session/fallback.ts";
import { LossMeter } from "../../session/loss_meter.ts";
import { PathMonitor } from "../../session/path.ts";
import { hostNumbers, viewerNumbers } from "../../session/stats.ts";
import { type ModelViewer, seeded, World } from "./world.ts";

/** A screen that needs more than one packet and cannot be packed. */
const noise = (random: () => number) => Uint8Array.from({ length: 3000 }, () => random() * 256);

/** Prints a new screen each 16 ms for `ms`. */
async function flood(world: World, random: () => number, ms: number): Promise<void> {
  for (let at = 0; at < ms; at += 16) {
    world.print(noise(random));
    await world.run(16);
  }
}

/** Somebody types until it is known what the path loses. */
async function type(world: World, viewer: ModelViewer): Promise<void> {
  world.onTyped = (bytes) => world.print(bytes);
  for (let key = 0; key < 150; key++) {
    viewer.session.type(new Uint8Array([0x61]));
    await world.run(125);
  }
}

function pathThatLoses(loss: number): PathMonitor {
  const path = new PathMonitor(0);
  const lost = Math.round(256 * loss);
  for (let i = 0; i < 256; i++) path.header(i, true, 0, 0, []);
  path.heard(
    { time: 1, echo: 0, held: 0, number: 0, top: 256, got: 256 - lost, have: 0, gen: 0, sack: [] },
    256,
  );
  return path;
}

Deno.test("large output takes the control channel from the threshold on, and comes back below half of it", () => {
  const said: Routing[] = [];
  const fallback = new Fallback(0.1, (how) => said.push(how));
  fallback.check(new PathMonitor(0), 0);
  assert.equal(fallback.on, false, "nothing is known yet");
  for (
    const [loss, on] of [[0.09, false], [0.11, true], [0.07, true], [0.04, false], [0.09, false]] as const
  ) {
    fallback.check(pathThatLoses(loss), 1);
    assert.equal(fallback.on, on, `at ${loss}`);
  }
  assert.deepEqual(said, ["fell back", "lost less"]);
});

Deno.test("a control channel that stalls is tried again after 10 s, then 20 s, and from the beginning once it did well", () => {
  const fallback = new Fallback(0.1, () => {});
  const path = pathThatLoses(0.2);
  let now = 0;
  const nextTry = () => {
    fallback.stalled(now);
    const from = now;
    while (!fallback.on) fallback.check(path, now += 1000);
    return now - from;
  };
  fallback.check(path, now);
  assert.deepEqual([nextTry(), nextTry(), nextTry()], [10_000, 20_000, 40_000]);
  now += 31_000;
  assert.equal(nextTry(), 10_000);
  for (let i = 0; i < 20; i++) nextTry();
  assert.equal(nextTry(), 300_000, "the most");
});

Deno.test("15 % lost on the lossy channel alone: both ends say that large output takes the control channel, and that it came back", async () => {
  const world = new World(11);
  const random = seeded(12);
  const viewer = world.viewer();
  await viewer.connect({ delayMs: 20, loss: 0.15 });
  await type(world, viewer);
  await flood(world, random, 2000);
  const host = () => hostNumbers(world.host.viewers.get("viewer0")!, world.clock.now).link!;
  const seen = () => viewerNumbers(viewer.session, world.clock.now).link!;
  assert.deepEqual([host().fallback, seen().fallback], [true, true]);
  const words = ROUTING_WORDS["fell back"];
  assert.equal(words, "High loss detected, falling back to control channel");
  assert.equal(world.log.filter((line) => line.startsWith(words)).length, 1, "once, no back and forth");
  assert.ok(viewer.log.some((line) => line.startsWith(words)));
  const before = host().channels.ctrl.sent;
  await flood(world, random, 2000);
  assert.ok(host().channels.ctrl.sent - before >= 40, "screens go on ctrl");
  await viewer.connect({ delayMs: 20 });
  await flood(world, random, 2000);
  assert.deepEqual([host().fallback, seen().fallback], [false, false], "a new link begins anew");
});

Deno.test("a path that loses less again: back on the output channel, and said at both ends", async () => {
  const world = new World(13);
  const random = seeded(14);
  const viewer = world.viewer();
  const path = { delayMs: 20, loss: 0.2 };
  await viewer.connect(path);
  await type(world, viewer);
  await flood(world, random, 2000);
  assert.equal(hostNumbers(world.host.viewers.get("viewer0")!, world.clock.now).link!.fallback, true);
  path.loss = 0;
  await flood(world, random, 30_000);
  const back = ROUTING_WORDS["lost less"];
  assert.ok(world.log.some((line) => line.startsWith(back)), world.log.join("\n"));
  assert.ok(viewer.log.some((line) => line.startsWith(back)));
});

Deno.test("where the control channel stalls, as SCTP's does on a path that loses, large output leaves it within a second", async () => {
  const world = new World(15);
  const random = seeded(16);
  const viewer = world.viewer();
  await viewer.connect({ delayMs: 20, loss: 0.2 });
  await type(world, viewer);
  const link = world.host.viewers.get("viewer0")!.link!;
  const send = link.send.bind(link);
  // A timer of SCTP's that has backed off: what goes on ctrl comes 4 s later.
  link.send = (channel, message) => {
    if (channel !== "ctrl") return send(channel, message);
    const copy = message.slice();
    world.clock.schedule(4000, () => send(channel, copy));
    return true;
  };
  let worst = 0;
  let shown = 0;
  let at = world.clock.now;
  for (let ms = 0; ms < 20_000; ms += 16) {
    world.print(noise(random));
    await world.run(16);
    if (viewer.snapshots === shown) continue;
    shown = viewer.snapshots;
    if (ms > 5000) worst = Math.max(worst, world.clock.now - at);
    at = world.clock.now;
  }
  assert.ok(world.log.some((line) => line.startsWith(ROUTING_WORDS.stalled)), world.log.join("\n"));
  assert.ok(worst < 1000, `the longest time without a new screen was ${worst} ms`);
});

Deno.test("loss is unknown until 16 messages were reported", () => {
  const meter = new LossMeter();
  meter.report(15, 10);
  assert.deepEqual([meter.loss, meter.long, meter.losing], [undefined, undefined, false]);
  meter.report(16, 11);
  assert.equal(meter.loss, 5 / 16);
});
