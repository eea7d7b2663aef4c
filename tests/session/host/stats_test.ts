import assert from "node:assert/strict";
import { Counters } from "../../../session/sync/counters.ts";
import { PathMonitor } from "../../../session/links/path_monitor.ts";
import { hostNumbers, viewerNumbers } from "../../../session/stats.ts";
import { channelLine, linkLine, sessionLine, STATS_WORDS, statusText } from "../../../session/stats_text.ts";
import { World } from "../world.ts";

const text = (s: string) => new TextEncoder().encode(s);

/** Types and echoes `keys` keys at 8 a second. */
async function typing(world: World, keys: number): Promise<void> {
  const [viewer] = world.viewers;
  for (let i = 0; i < keys; i++) {
    viewer!.session.type(text("x"));
    await world.run(125);
  }
}

Deno.test("numbers: what was typed and shown over a clean link of 100 ms", async () => {
  const world = new World(5);
  world.onTyped = (bytes) => world.print(bytes);
  const viewer = world.viewer();
  await viewer.connect({ delayMs: 50 });
  await world.run(500);
  await typing(world, 100);
  await world.run(1000);
  const { now } = world.clock;
  const seen = viewerNumbers(viewer.session, now, { right: 7, wrong: 1 });
  const atHost = hostNumbers(world.host.viewers.get("viewer0")!, now);
  assert.equal(seen.pending, 0);
  assert.equal(atHost.pending, 0);
  assert.deepEqual(seen.prediction, { right: 7, wrong: 1 });
  assert.equal(atHost.prediction, undefined);
  assert.equal(seen.resyncs, 0);
  assert.equal(seen.snapshots, 1, "the first screen");
  assert.equal(atHost.snapshots, 1);
  for (const { link, frames } of [seen, atHost]) {
    assert.ok(link!.rtt.smoothed! >= 100 && link!.rtt.smoothed! < 106, `smoothed ${link!.rtt.smoothed}`);
    assert.ok(link!.jitter < 2, `jitter ${link!.jitter}`);
    assert.deepEqual(link!.loss, { out: 0, in: 0 });
    assert.deepEqual(link!.lost, { out: 0, in: 0 });
    assert.ok(frames.sent >= 100, `${frames.sent} frames for 100 keys`);
    assert.equal(frames.acked, frames.sent, "every frame is acked in the end");
    assert.equal(link!.path, "memory");
  }
  assert.equal(seen.frames.received, atHost.frames.sent);
  assert.equal(atHost.frames.received, seen.frames.sent);
  assert.equal(seen.link!.channels.term.received, atHost.link!.channels.term.sent);
});

Deno.test("numbers: what was lost is counted exactly, and both ends say about the same", async () => {
  const world = new World(6);
  world.onTyped = (bytes) => world.print(bytes);
  const viewer = world.viewer();
  await viewer.connect({ delayMs: 50, loss: 0.1 });
  await typing(world, 300);
  await world.run(8000);
  const { now } = world.clock;
  const seen = viewerNumbers(viewer.session, now);
  const atHost = hostNumbers(world.host.viewers.get("viewer0")!, now);
  const { sent } = atHost.link!.channels.term;
  const missing = sent - seen.link!.channels.term.received;
  assert.ok(missing > 0.05 * sent && missing < 0.15 * sent, `${missing} of ${sent} did not arrive`);
  // What was lost behind the last that arrived can't be known yet.
  assert.ok(Math.abs(seen.link!.lost.in - missing) <= 3, `lost in ${seen.link!.lost.in}, missing ${missing}`);
  assert.ok(Math.abs(atHost.link!.lost.out - missing) <= 5, `lost out ${atHost.link!.lost.out}`);
  const { loss } = seen.link!;
  assert.ok(loss.in! > 0.02 && loss.in! < 0.3, `loss in ${loss.in}`);
  assert.ok(seen.frames.dropped > 0, "copies that came beside the original are dropped");
  assert.equal(seen.frames.acked, seen.frames.sent);
});

Deno.test("numbers: a jump of the size counts a snapshot; without a link there is none, and the counts stay", async () => {
  const world = new World(7);
  const viewer = world.viewer();
  await viewer.connect({ delayMs: 5 });
  world.print(text("hello"));
  await world.run(500);
  world.resize(100, 30);
  world.host.poll();
  await world.run(500);
  const atHost = () => hostNumbers(world.host.viewers.get("viewer0")!, world.clock.now);
  assert.equal(viewerNumbers(viewer.session, world.clock.now).snapshots, 2);
  assert.equal(atHost().snapshots, 2);
  await viewer.link!.close("gone");
  await world.run(100);
  const after = viewerNumbers(viewer.session, world.clock.now);
  assert.equal(after.link, null);
  assert.equal(after.snapshots, 2);
  viewer.session.type(text("abc"));
  assert.equal(viewerNumbers(viewer.session, world.clock.now).pending, 3);
  assert.equal(sessionLine(after).slice(0, 8), "no link,");
  assert.equal(linkLine(null), "no link");
});

Deno.test("numbers: as text, and through JSON unchanged", async () => {
  const world = new World(8);
  const viewer = world.viewer();
  await viewer.connect({ delayMs: 50 });
  world.print(new Uint8Array(2500).fill(0x61));
  // Two heartbeats: the first round trip of a viewer that types nothing.
  await world.run(7000);
  const numbers = viewerNumbers(viewer.session, world.clock.now, { right: 3, wrong: 0 });
  assert.deepEqual(JSON.parse(JSON.stringify(numbers)), numbers);
  const line = sessionLine(numbers);
  assert.match(
    line,
    /^memory, RTT 10\d(\.\d)? ± [\d.]+ ms, jitter [\d.]+ ms, loss out unknown in unknown \(0 and 0 lost\), throughput out \d+ B\/s \(mean \d+ B\/s\) in \d+ B\/s \(mean \d+ B\/s\), health (?:9\d|100), frames sent 0 /,
  );
  assert.match(line, /resyncs 0, snapshots 1, predictions right 3 wrong 0, pending 0 B$/);
  assert.match(linkLine(numbers.link), /transport RTT .*, session RTT 10\d.* \(least 100\)/);
  assert.match(channelLine(numbers.link), /^ctrl sent \d+ \(\d+ B\) received \d+ \(\d+ B\), term sent/);
  assert.match(statusText(numbers), /^memory {2}RTT .* guesses 3\+ 0-/);
  assert.ok(STATS_WORDS.test("Channel stats of viewer") && !STATS_WORDS.test("Statsing"));
});

Deno.test("numbers: jitter follows how unevenly messages come, not how long they take", () => {
  const path = new PathMonitor(0);
  const header = (time: number) => ({
    time,
    echo: 0,
    held: 0,
    number: 0,
    top: 0,
    got: 0,
    have: 0,
    gen: 0,
    sack: [],
  });
  for (let i = 1; i < 200; i++) path.heard(header(i * 20), i * 20 + 300);
  assert.equal(path.jitter, 0);
  for (let i = 200; i < 400; i++) path.heard(header(i * 20), i * 20 + 300 + (i % 2) * 10);
  assert.ok(Math.abs(path.jitter - 10) < 0.1, `${path.jitter}`);
  const before = path.jitter;
  // A cut of a minute is no jitter.
  path.heard(header(400 * 20), 400 * 20 + 60_000);
  assert.equal(path.jitter, before);
});

Deno.test("counters: frames count as acked once, in any order of ends, and what a snapshot replaced never does", () => {
  const counters = new Counters();
  for (const end of [10, 20, 10, 30]) counters.frameSent(end);
  counters.ackedTo(10);
  assert.equal(counters.acked, 1);
  counters.ackedTo(20);
  assert.equal(counters.acked, 3);
  assert.equal(counters.snapshot(), 1);
  counters.ackedTo(30);
  assert.equal(counters.acked, 3);
  for (let i = 0; i < 300_000; i++) counters.frameSent(40);
  counters.ackedTo(40);
  assert.equal(counters.acked, 3 + 64 * 1024, "what is awaited is bounded");
});
