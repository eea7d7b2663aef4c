import assert from "node:assert/strict";
import type { Routing } from "../../../frames/link_frames.ts";
import { AdaptiveRouting, ROUTING_WORDS } from "../../../session/sync/adaptive_routing.ts";
import { LossMeter } from "../../../session/links/loss_meter.ts";
import { PathMonitor } from "../../../session/links/path_monitor.ts";
import { hostNumbers, viewerNumbers } from "../../../session/stats.ts";
import { type ModelViewer, seeded, World } from "../world.ts";

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

/** Of the messages up to `number` so many more were lost. */
function loses(path: PathMonitor, loss: number, number: number): void {
  let sent = 0;
  while (sent < number) sent = path.header(0, true).number;
  const { lostOut } = path;
  const got = number - lostOut - Math.round((number - reported.get(path)!) * loss);
  reported.set(path, number);
  path.heard({ time: number, echo: 0, held: 0, number: 0, top: number, got }, 1);
}
const reported = new WeakMap<PathMonitor, number>();

function pathThatLoses(loss: number): PathMonitor {
  const path = new PathMonitor(0);
  reported.set(path, 0);
  loses(path, loss, 256);
  return path;
}

const PROBES = 24;

/** Asks until the fallback has decided; `late` is how long the answers take. */
function ask(fallback: AdaptiveRouting, from: number, late = 5): number {
  let now = from;
  for (let probes = 0; fallback.due < Infinity; probes++) {
    assert.ok(probes < PROBES, "it asks for ever");
    now = Math.max(now, fallback.due);
    assert.equal(fallback.probe(now), true);
    fallback.answered(now += late);
  }
  return now;
}

Deno.test("large output takes the control channel from the threshold on, once that has answered, and comes back below half of it", () => {
  for (const [loss, asks] of [[0.09, false], [0.11, true]] as const) {
    const fallback = new AdaptiveRouting(0.1, pathThatLoses(loss), () => {});
    fallback.check(1);
    assert.equal(fallback.due < Infinity, asks, `at ${loss}`);
  }
  const said: Routing[] = [];
  const path = pathThatLoses(0.11);
  const fallback = new AdaptiveRouting(0.1, path, (how) => said.push(how));
  fallback.check(1);
  assert.equal(fallback.on, false, "not before it was asked");
  let now = ask(fallback, 1);
  assert.equal(fallback.on, true);
  loses(path, 0.07, 512);
  fallback.check(now += 1);
  assert.equal(fallback.on, true, "not yet");
  loses(path, 0.02, 1024);
  fallback.check(now += 1);
  assert.equal(fallback.on, false);
  assert.deepEqual(said, ["fell back", "lost less"]);
  fallback.check(now += 100_000);
  assert.equal(fallback.due, Infinity, "what loses little is left alone");
  const unknown = new AdaptiveRouting(0.1, new PathMonitor(0), () => {});
  unknown.check(1);
  assert.equal(unknown.due, Infinity, "nothing is known yet");
});

Deno.test("a control channel that answers late once is not taken, and asked again after 10 s, then 20 s, at most 300", () => {
  const fallback = new AdaptiveRouting(0.1, pathThatLoses(0.2), () => assert.fail("it fell back"));
  const pauses: number[] = [];
  let now = 0;
  for (let i = 0; i < 8; i++) {
    while (fallback.due === Infinity) fallback.check(now += 1000);
    now = Math.max(now, fallback.due);
    fallback.probe(now);
    const from = now;
    fallback.answered(now += 2000);
    while (fallback.due === Infinity) fallback.check(now += 1000);
    pauses.push(now - from - 2000);
  }
  assert.deepEqual(pauses, [10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 300_000]);
});

Deno.test("a control channel that never answers is given up by itself, and one that stalls later is left", () => {
  const said: Routing[] = [];
  const fallback = new AdaptiveRouting(0.1, pathThatLoses(0.2), (how) => said.push(how));
  fallback.check(0);
  assert.equal(fallback.probe(0), true);
  assert.equal(fallback.probe(fallback.due), false);
  assert.equal(fallback.due, Infinity);
  fallback.check(20_000);
  const now = ask(fallback, 20_000);
  fallback.stalled(now + 40_000);
  assert.deepEqual(said, ["fell back", "stalled"]);
  fallback.check(now + 49_000);
  assert.equal(fallback.due, Infinity);
  fallback.check(now + 50_000);
  assert.ok(fallback.due < Infinity, "it did well for 30 s: 10 s again");
});

Deno.test("15 % lost on the lossy channel alone: both ends say that large output takes the control channel, and that it came back", async () => {
  const world = new World(11);
  const random = seeded(12);
  const viewer = world.viewer();
  await viewer.connect({ delayMs: 20, loss: 0.15 });
  await type(world, viewer);
  await flood(world, random, 6000);
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
  await flood(world, random, 6000);
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
  await flood(world, random, 6000);
  assert.ok(world.log.some((line) => line.startsWith(ROUTING_WORDS["fell back"])));
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
    worst = Math.max(worst, world.clock.now - at);
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
