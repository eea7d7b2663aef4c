import assert from "node:assert/strict";
import fc from "fast-check";
import type { SnapshotPart } from "../../../frames/screen_frames.ts";
import { PathMonitor } from "../../../session/links/path_monitor.ts";
import { SnapshotPacer } from "../../../session/sync/snapshot_pacer.ts";
import {
  cutSnapshot,
  LOSSY_PARTS,
  SMALL_PART,
  SnapshotParts,
  unpackSnapshot,
} from "../../../session/sync/snapshot_parts.ts";
import { SendWindow } from "../../../session/sync/send_window.ts";
import { World } from "../world.ts";

const text = (s: string) => new TextEncoder().encode(s);
const lines = (n: number, size: number) =>
  text(Array.from({ length: size / 16 }, (_, i) => `line ${n} ${i}\r\n`).join(""));

Deno.test("a flood over a bad link: the screen is never old, and Ctrl-C shows after a round trip and 3 ms", async () => {
  for (const loss of [0, 0.05]) {
    const world = new World(21);
    const viewer = world.viewer();
    await viewer.connect({ delayMs: 50, loss });
    let flooding = true;
    world.onTyped = () => {
      flooding = false;
      world.print(text("^C\r\nready> "));
    };
    await world.run(1000);
    const times: number[] = [];
    for (let n = 0; n < 40; n++) {
      flooding = true;
      for (let i = 0; i < 30 && flooding; i++) {
        world.print(lines(i, 64 * 1024));
        await world.run(10);
      }
      const at = world.clock.now;
      viewer.session.type(text("\x03"));
      while (flooding) {
        world.print(lines(n, 64 * 1024));
        await world.run(10);
      }
      while (viewer.session.shown < world.host.version) await world.run(1);
      times.push(world.clock.now - at);
    }
    times.sort((a, b) => a - b);
    assert.ok(times[20]! <= 103, `median ${times[20]} ms at ${loss}`);
    const { sentBytes } = world.host.viewers.get("viewer0")!.link!.stats().channels.term;
    assert.ok(sentBytes < 1_000_000, `${sentBytes} bytes were sent for ${world.host.version} printed`);
    await world.run(3000);
    assert.deepEqual(viewer.screen, world.screen);
  }
});

Deno.test("a redraw 60 times a second at 5 % loss: at least 30 screens a second arrive", async () => {
  const world = new World(22);
  const viewer = world.viewer();
  await viewer.connect({ delayMs: 50, loss: 0.05 });
  await world.run(1000);
  let shown = 0;
  let last = viewer.session.shown;
  for (let i = 0; i < 300; i++) {
    world.print(lines(i, 2048));
    await world.run(17);
    if (viewer.session.shown > last) shown++;
    last = viewer.session.shown;
  }
  assert.ok(shown / (300 * 17 / 1000) >= 30, `${shown} of 300`);
});

Deno.test("snapshot parts: any order and any copies give the snapshot once; what does not unpack gives none", () => {
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 5000 }), fc.string({ maxLength: 5000 }).map(text));
  fc.assert(
    fc.property(bytes, fc.boolean(), fc.infiniteStream(fc.nat()), (data, lossy, random) => {
      const snapshot = { version: 7, cols: 80, rows: 24, line: 0, era: 0, data };
      const { parts, small } = cutSnapshot(snapshot, 3, 1, lossy ? LOSSY_PARTS : 0);
      assert.ok(!small || parts.every((part) => part.data.length <= SMALL_PART));
      const order = [...parts, ...parts].map((part) => ({ part, key: random.next().value }))
        .sort((a, b) => a.key - b.key);
      const taker = new SnapshotParts();
      const whole = order.map(({ part }) => taker.receive(part)).filter((w) => w !== null);
      assert.equal(whole.length, 1);
      assert.deepEqual(unpackSnapshot(whole[0]!)!.data, data);
    }),
  );
  const [part] = cutSnapshot(
    { version: 1, cols: 80, rows: 24, line: 0, era: 0, data: new Uint8Array(900) },
    1,
    1,
    LOSSY_PARTS,
  )
    .parts;
  const unpacked = (wrong: Partial<SnapshotPart>) =>
    unpackSnapshot(new SnapshotParts().receive({ ...part!, ...wrong })!);
  assert.equal(unpacked({ data: text("no deflate") }), null);
  assert.equal(unpacked({ size: 10_000 }), null);
});

Deno.test("a change of links costs no key more than its round trip, also if the new link is slow to begin", async () => {
  const world = new World(23);
  world.onTyped = (bytes) => world.print(bytes);
  const viewer = world.viewer();
  await viewer.connect({ delayMs: 50 });
  await world.run(1000);
  const old = viewer.link!;
  const times: number[] = [];
  for (let i = 0; i < 24; i++) {
    // The old link stays open beside the new one, as the transport keeps it.
    if (i === 4) await viewer.connect({ delayMs: 250 }, true);
    const at = world.clock.now;
    const want = world.host.version + 1;
    viewer.session.type(text("x"));
    while (viewer.session.shown < want) await world.run(1);
    times.push(world.clock.now - at);
    await world.run(50);
  }
  assert.ok(times.slice(0, 6).every((ms) => ms <= 106), `on the old link: ${times}`);
  assert.ok(times.every((ms) => ms <= 510), `never more than a round trip of the new one: ${times}`);
  assert.equal(world.typed.length, 24);
  await old.close();
  await world.run(2000);
  assert.deepEqual(viewer.screen, world.screen);
});

Deno.test("after a cut no more snapshots go than SCTP lets out, until one is known to have come through", () => {
  const path = new PathMonitor(0);
  const skimmer = new SnapshotPacer(new SendWindow(), path);
  const snapshots = (from: number, to: number) => {
    const times: number[] = [];
    for (let now = from; now < to; now++) {
      path.alive(now);
      if (skimmer.due(now) > now) continue;
      skimmer.sent(now, 150, "lossy", now);
      path.header(now, true);
      times.push(now);
    }
    return times;
  };
  path.header(0, true);
  path.restored();
  const unproven = snapshots(1, 400);
  assert.ok(unproven.length >= 4 && unproven.length <= 6, `at ${unproven.join(" ")} ms`);
  path.heard({ time: 1, echo: 0, held: 0, number: 0, top: 2, got: 1 }, 400);
  skimmer.ack(unproven.at(-1)!, 400);
  const proven = snapshots(401, 600);
  assert.ok(proven.length >= 8, `at ${proven.join(" ")} ms`);
});

Deno.test("a program that pauses has its screen sent sooner than one that goes on printing", () => {
  const skimmer = new SnapshotPacer(new SendWindow(), new PathMonitor(0));
  skimmer.sent(1, 150, "lossy", 100);
  const due = (printedAt: number) => skimmer.due(2, printedAt);
  assert.deepEqual([101, 109, 115, 130].map(due), [112, 113, 119, 120]);
  // Somebody waits for what he typed: the prompt behind a Ctrl-C must not wait for the screen of the flood just before it.
  skimmer.typed(99);
  assert.deepEqual([100, 101, 104, 130].map(due), [102, 103, 106, 108]);
  // Twice for each key, or a program that prints each 3 ms would fill the queue of a path that loses.
  skimmer.sent(2, 150, "lossy", 103);
  assert.equal(skimmer.due(3, 104), 106);
  skimmer.sent(3, 150, "lossy", 106);
  assert.equal(skimmer.due(4, 107), 114);
  skimmer.typed(108);
  assert.equal(skimmer.due(4, 107), 109);
  // Where snapshots stand in a queue they keep their distance: nobody would see them sooner.
  const path = new PathMonitor(0);
  const slowed = new SnapshotPacer(new SendWindow(), path);
  slowed.sent(1, 150, "lossy", 0);
  slowed.ack(1, 10);
  slowed.sent(2, 150, "lossy", 20);
  slowed.ack(2, 3000);
  slowed.sent(3, 150, "lossy", 3000);
  assert.ok(slowed.due(4, 3001) >= 3025, `${slowed.due(4, 3001)}`);
});

Deno.test("a cut in which nobody types: half a second after it the screens come at their old pace", async () => {
  const world = new World(23);
  const viewer = world.viewer();
  await viewer.connect({ delayMs: 50, loss: 0.0001 });
  await world.run(1000);
  const shown = async (frames: number) => {
    let count = 0;
    for (let i = 0; i < frames; i++) {
      const { shown } = viewer.session;
      world.print(lines(i, 2048));
      await world.run(17);
      if (viewer.session.shown > shown) count++;
    }
    return count;
  };
  const before = await shown(60);
  world.cut = true;
  await shown(180);
  world.cut = false;
  await shown(30);
  const after = await shown(60);
  assert.ok(before > 35 && after >= before * 0.8, `${before} of 60 screens before, ${after} after`);
});

Deno.test("into a cut go only probes, however much is printed: what goes there stands before them in SCTP's queue", async () => {
  for (const loss of [0.05, 0.0001]) {
    const world = new World(24);
    const viewer = world.viewer();
    await viewer.connect({ delayMs: 50, loss });
    world.onTyped = (bytes) => world.print(bytes);
    // Until it is known what the path loses.
    for (let i = 0; i < 150; i++) {
      viewer.session.type(text("x"));
      await world.run(20);
    }
    const sent = () => world.host.viewers.get("viewer0")!.link!.stats().channels.term.sentBytes;
    const printing = async (times: number) => {
      for (let i = 0; i < times; i++) {
        world.print(lines(i, 400));
        await world.run(25);
      }
    };
    world.cut = true;
    await printing(40);
    const before = sent();
    await printing(80);
    // Probes of two bytes each 40 ms. 6 KB of screens went where the window was full, or more than 4 KiB waited on a path that loses.
    assert.ok(sent() - before <= 120, `${sent() - before} bytes at ${loss}`);
    world.cut = false;
    await world.run(500);
    assert.equal(viewer.session.shown, world.host.version);
  }
});
