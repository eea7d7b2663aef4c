import assert from "node:assert/strict";
import fc from "fast-check";
import { packetOf } from "../../frames/packets.ts";
import { type ModelViewer, World } from "../world.ts";

const text = (s: string) => new TextEncoder().encode(s);

function assertSame(world: World, viewer: ModelViewer, what: string): void {
  assert.equal(viewer.session.shown, world.host.version, `${what}: version shown`);
  assert.deepEqual(viewer.size, world.size, `${what}: size`);
  assert.deepEqual(viewer.screen, world.screen, `${what}: screen`);
}

type Step =
  | { do: "print"; bytes: number }
  | { do: "type"; bytes: number }
  | { do: "resize"; cols: number }
  | { do: "wait"; ms: number }
  | { do: "reconnect"; loss: number }
  | { do: "cut"; ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("print" as const),
      bytes: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 200_000 })),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("type" as const),
      bytes: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 5000 })),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("resize" as const), cols: fc.integer({ min: 2, max: 300 }) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 0, max: 400 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("reconnect" as const), loss: fc.constantFrom(0, 0.05, 0.2) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("cut" as const), ms: fc.integer({ min: 1, max: 4000 }) }),
  },
);

Deno.test("any schedule of loss, reordering, duplication, cuts and reconnects ends with the host's screen and every key once", async () => {
  const schedule = fc.record({
    seed: fc.nat(),
    delayMs: fc.constantFrom(0, 5, 50, 150),
    loss: fc.constantFrom(0, 0.05, 0.2, 0.5),
    reorder: fc.constantFrom(0, 0.1),
    duplicate: fc.constantFrom(0, 0.1),
    single: fc.boolean(),
    steps: fc.array(step, { minLength: 1, maxLength: 30 }),
  });
  await fc.assert(
    fc.asyncProperty(schedule, async ({ seed, steps, single, ...path }) => {
      const world = new World(seed, single);
      const viewer = world.viewer();
      await viewer.connect(path);
      const typed: number[] = [];
      let n = 0;
      const numbered = (count: number) => Uint8Array.from({ length: count }, () => n++ & 255);
      for (const s of steps) {
        switch (s.do) {
          case "print":
            world.print(numbered(s.bytes));
            break;
          case "type": {
            const bytes = numbered(s.bytes);
            typed.push(...bytes);
            viewer.session.type(bytes);
            break;
          }
          case "resize":
            world.resize(s.cols, 24);
            break;
          case "wait":
            await world.run(s.ms);
            break;
          case "reconnect":
            await viewer.connect({ ...path, loss: s.loss });
            break;
          case "cut":
            await viewer.connect({ ...path, loss: 1 });
            await world.run(s.ms);
            await viewer.connect(path);
        }
      }
      // Half of all messages lost on a long path: 200 KB take their time, but they come.
      const settled = () =>
        viewer.session.shown === world.host.version && world.typed.length === typed.length;
      for (let i = 0; i < 10 && !settled(); i++) await world.run(20_000);
      await world.run(2000);
      assertSame(world, viewer, "at the end");
      assert.deepEqual([...world.typed], typed);
    }),
    { numRuns: 150 },
  );
});

Deno.test("a late joiner gets the screen by snapshot, and what a view-only one types is dropped", async () => {
  const world = new World(1);
  world.print(text("before anyone came\r\n"));
  const viewer = world.viewer("view");
  await viewer.connect({ delayMs: 20 });
  await world.run(200);
  assertSame(world, viewer, "late joiner");
  assert.equal(viewer.snapshots, 1);
  viewer.session.type(text("rm -rf /"));
  await world.run(1000);
  assert.equal(world.typed.length, 0);
  assert.equal(viewer.session.role, "view");
});

Deno.test("the host drops what a modified view-only viewer sends", async () => {
  const world = new World(1);
  // The viewer's own check is only a courtesy: a modified one would send it.
  const forged = world.viewer("view");
  await forged.connect({});
  await world.run(100);
  forged.link!.send("ctrl", packetOf({ type: "Input", base: 0, data: text("id\r") }));
  await world.run(1000);
  assert.equal(world.typed.length, 0);
});

Deno.test("a stopped viewer costs one window, slows nobody, and is right at once when it goes on", async () => {
  const world = new World(7);
  const [quick, stopped] = [world.viewer(), world.viewer()];
  await quick.connect({ delayMs: 5 });
  await stopped.connect({ delayMs: 5 });
  await world.run(500);
  stopped.stopped = true;
  const receive = stopped.link!.onmessage;
  const kept: [Parameters<NonNullable<typeof receive>>[0], Uint8Array][] = [];
  stopped.link!.onmessage = (channel, bytes) => kept.push([channel, bytes]);
  for (let i = 0; i < 600; i++) {
    world.print(new Uint8Array(50_000).fill(i));
    await world.run(100);
    if (i % 100 === 99) assert.ok(quick.session.shown > world.host.version - 1_000_000, `quick lags at ${i}`);
  }
  const bytes = kept.reduce((sum, [, b]) => sum + b.length, 0);
  assert.ok(bytes < 1_000_000, `${bytes} bytes were put on a stopped viewer's link`);
  stopped.stopped = false;
  stopped.link!.onmessage = receive;
  for (const [channel, message] of kept) receive!(channel, message);
  await world.run(1000);
  assertSame(world, stopped, "stopped");
  assertSame(world, quick, "quick");
});

Deno.test("a slow viewer gets fewer frames, and the end exactly", async () => {
  const world = new World(3);
  const viewer = world.viewer();
  viewer.rate = 300_000;
  await viewer.connect({ delayMs: 10 });
  for (let i = 0; i < 200; i++) {
    world.print(new Uint8Array(40_000).fill(i));
    await world.run(20);
  }
  assert.ok(viewer.snapshots > 2, `${viewer.snapshots} snapshots`);
  await world.run(3000);
  assertSame(world, viewer, "slow");
});

Deno.test("the exit status comes behind the last byte, also when the viewer is behind", async () => {
  for (const path of [{ delayMs: 50, loss: 0.2 }, { delayMs: 5 }, { delayMs: 20, lossy: false }]) {
    const world = new World(5);
    const viewer = world.viewer();
    viewer.rate = 2_000_000;
    await viewer.connect(path);
    await world.run(500);
    world.print(new Uint8Array(3_000_000).fill(65));
    world.print(text("the last line"));
    world.host.exit({ code: 7, signal: 0 });
    await world.run(10_000);
    assert.equal(viewer.exit?.code, 7);
    assertSame(world, viewer, "at exit");
    assert.ok(world.host.allDone);
  }
});

Deno.test("links that were used of late say something every 3 s and little else", async () => {
  const world = new World(2);
  const viewer = world.viewer();
  await viewer.connect({ delayMs: 50 });
  await world.run(5000);
  const before = viewer.link!.stats();
  await world.run(24_000);
  const after = viewer.link!.stats();
  const messages = after.channels.term.received - before.channels.term.received;
  const bytes = after.channels.term.receivedBytes - before.channels.term.receivedBytes;
  assert.ok(messages >= 7 && messages <= 9, `${messages} messages`);
  assert.ok(bytes / 24 < 20, `${bytes / 24} bytes a second`);
});

Deno.test("bad bytes: dropped on term, the end of the link on ctrl", async () => {
  const world = new World(2);
  const viewer = world.viewer();
  await viewer.connect({});
  await world.run(100);
  viewer.link!.send("term", text("garbage"));
  await world.run(100);
  assert.equal(world.host.viewers.get("viewer0")!.conversation!.reader.malformed, 1);
  viewer.link!.send("ctrl", text("garbage"));
  await world.run(100);
  assert.equal((await viewer.link!.closed).reason, "remote");
});

Deno.test("a viewer that the host has forgotten types on, and nothing twice", async () => {
  const world = new World(41);
  const viewer = world.viewer();
  await viewer.connect({ delayMs: 50 });
  await world.run(500);
  const typed = new TextEncoder();
  viewer.session.type(typed.encode("hello "));
  await world.run(500);
  // Applied, and the ack of it never arrives.
  const { link } = viewer;
  link!.onmessage = () => {};
  viewer.session.type(typed.encode("there "));
  await world.run(300);
  assert.equal(new TextDecoder().decode(world.typed), "hello there ");
  world.host.remove(viewer.peer);
  await link!.close("forgotten");
  viewer.session.type(typed.encode("again"));
  await viewer.connect({ delayMs: 50 });
  await world.run(1000);
  assert.equal(new TextDecoder().decode(world.typed), "hello there again");
  assert.equal(viewer.session.unsent, 0);
});
