/** How quickly keys are answered, in simulated time; what SCTP and the machine add is for `tests/bench/net/net_bench.ts`. */
import assert from "node:assert/strict";
import { World } from "../world.ts";

const text = (s: string) => new TextEncoder().encode(s);

/** How long each of `count` keys, typed `gap` ms apart whatever comes back, takes to its echo. Ascending, simulated ms. */
async function keyTimes(seed: number, path: { delayMs: number; loss: number }, gap: number, count: number) {
  const world = new World(seed);
  world.onTyped = (bytes) => world.print(bytes);
  const viewer = world.viewer();
  await viewer.connect(path);
  await world.run(3000);
  const [first, began] = [world.host.version, world.clock.now];
  const times: number[] = [];
  for (let typed = 0; times.length < count;) {
    const now = world.clock.now - began;
    while (viewer.session.shown > first + times.length) times.push(now - times.length * gap);
    if (typed < count && now >= typed * gap) {
      viewer.session.type(text("x"));
      typed++;
    }
    await world.run(1);
  }
  return times.sort((a, b) => a - b);
}

Deno.test("a key's echo takes one round trip and little more where messages are lost, typing and idle", async () => {
  for (
    const { path, p50, p95, p99, p995 } of [
      { path: { delayMs: 50, loss: 0 }, p50: 101, p95: 101, p99: 102, p995: 102 },
      { path: { delayMs: 50, loss: 0.05 }, p50: 104, p95: 120, p99: 140, p995: 140 },
      { path: { delayMs: 150, loss: 0.1 }, p50: 304, p95: 330, p99: 450, p995: 450 },
    ]
  ) {
    for (const gap of [125, 600]) {
      const times: number[] = [];
      for (let seed = 1; seed <= 3; seed++) times.push(...await keyTimes(seed, path, gap, 300));
      times.sort((a, b) => a - b);
      const at = (p: number) => times[Math.floor(times.length * p)]!;
      const seen = [0.5, 0.95, 0.99, 0.995].map(at).join(" ");
      const what = `${JSON.stringify(path)}, a key each ${gap} ms: ${seen} ms`;
      assert.ok(at(0.5) <= p50 && at(0.95) <= p95 && at(0.99) <= p99 && at(0.995) <= p995, what);
    }
  }
});

Deno.test("the first keys of a session are answered as quickly, though not much was lost yet", async () => {
  const times: number[] = [];
  for (let seed = 1; seed <= 30; seed++) {
    times.push(...await keyTimes(seed, { delayMs: 50, loss: 0.05 }, 125, 25));
  }
  const late = times.filter((ms) => ms > 140).length;
  assert.ok(late <= times.length / 100, `${late} of ${times.length} keys took more than 140 ms`);
});

Deno.test("what a link refuses does not count as lost on the way", async () => {
  const world = new World(4);
  world.onTyped = (bytes) => world.print(bytes);
  const viewer = world.viewer();
  await viewer.connect({ delayMs: 20 });
  await world.run(500);
  const link = viewer.link!;
  const send = link.send.bind(link);
  let n = 0;
  link.send = (channel, message) => (channel !== "term" || n++ % 3 > 0) && send(channel, message);
  for (let i = 0; i < 200; i++) {
    viewer.session.type(text("x"));
    await world.run(50);
  }
  assert.ok(n > 200);
  assert.equal(viewer.session.conversation!.path.lostOut, 0);
  assert.equal(world.typed.length, 200);
});

Deno.test("a link is dead after 2 s without an answer to a key, not as soon as a key ends a pause of 2 s", async () => {
  const world = new World(2);
  const viewer = world.viewer();
  await viewer.connect({ delayMs: 150 });
  await world.run(3000);
  const stale = () => viewer.session.linkRequests.fault(world.clock.now) !== null;
  while (viewer.session.linkRequests.silentFor(world.clock.now) < 2700) await world.run(10);
  viewer.session.type(text("x"));
  for (let ms = 0; ms < 300; ms += 10) {
    await world.run(10);
    assert.equal(stale(), false, `${ms} ms after the key`);
  }
  await world.run(1000);
  viewer.link!.onmessage = () => {};
  viewer.session.type(text("y"));
  await world.run(1900);
  assert.equal(stale(), false);
  await world.run(200);
  assert.equal(stale(), true);
});

Deno.test("in a cut a path gets next to nothing, however much is typed into it", async () => {
  const world = new World(2);
  world.onTyped = (bytes) => world.print(bytes);
  const viewer = world.viewer();
  await viewer.connect({ delayMs: 50 });
  await world.run(1000);
  const host = world.host.viewers.get("viewer0")!.link!;
  const [heard, hostHeard] = [viewer.link!.onmessage, host.onmessage];
  viewer.link!.onmessage = host.onmessage = () => {};
  const sent = () => viewer.link!.stats().channels.term.sentBytes;
  const before = sent();
  for (let ms = 0; ms < 3000; ms += 125) {
    viewer.session.type(text("x"));
    await world.run(125);
  }
  // Keys and their copies for 0.3 s, then a probe of two bytes each 40 ms.
  const bytes = sent() - before;
  assert.ok(bytes <= 600, `${bytes} bytes in 3 s`);
  viewer.link!.onmessage = heard;
  host.onmessage = hostHeard;
  await world.run(400);
  assert.equal(world.typed.length, 24);
});

Deno.test("with all on one channel nothing goes on the lossy one, in a cut neither", async () => {
  const world = new World(3, true);
  world.onTyped = (bytes) => world.print(bytes);
  const viewer = world.viewer();
  await viewer.connect({ delayMs: 50 });
  await world.run(1000);
  const host = world.host.viewers.get("viewer0")!.link!;
  const heard = viewer.link!.onmessage;
  viewer.link!.onmessage = () => {};
  for (let ms = 0; ms < 3000; ms += 125) {
    viewer.session.type(text("x"));
    await world.run(125);
  }
  viewer.link!.onmessage = heard;
  await world.run(400);
  assert.equal(world.typed.length, 24);
  for (const link of [viewer.link!, host]) assert.equal(link.stats().channels.term.sent, 0);
});

Deno.test("the word that a key's effect shows comes 50 ms behind its echo, not with the next heartbeat", async () => {
  for (const delayMs of [1, 50]) {
    const world = new World(1);
    world.onTyped = (bytes) => world.print(bytes);
    const viewer = world.viewer();
    await viewer.connect({ delayMs });
    await world.run(3500);
    for (let key = 1; key <= 3; key++) {
      const typed = world.clock.now;
      viewer.session.type(text("x"));
      while (viewer.effect < key && world.clock.now < typed + 3000) await world.run(1);
      const took = world.clock.now - typed;
      assert.ok(took <= 2 * delayMs + 55, `${took} ms at ${delayMs} ms one way`);
      await world.run(400);
    }
  }
});

Deno.test("an echo is acked 4 ms after it came where nothing is lost, a screen at once, and all at once where little is known", async () => {
  const world = new World(6);
  world.onTyped = (bytes) => world.print(bytes);
  const viewer = world.viewer();
  await viewer.connect({ delayMs: 20 });
  await world.run(1000);
  const link = viewer.link!;
  const send = link.send.bind(link);
  const sent: number[] = [];
  link.send = (channel, message) => {
    sent.push(world.clock.now);
    return send(channel, message);
  };
  for (const [length, ms, keys] of [[2, 20, 0], [2, 24, 30], [800, 20, 0]] as const) {
    for (let i = 0; i < keys; i++) {
      viewer.session.type(text("x"));
      await world.run(100);
    }
    sent.length = 0;
    const printed = world.clock.now;
    world.print(new Uint8Array(length).fill(0x61));
    await world.run(100);
    assert.equal(sent[0]! - printed, ms, `${length} bytes`);
  }
});
