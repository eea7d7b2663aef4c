/** What the cheapest flood of each message costs the other end: answers, screens, requests to the leaf, and another viewer's echo. */
import assert from "node:assert/strict";
import type { Frame } from "../../../frames/frame.ts";
import { StreamReceiver } from "../../../session/sync/receiver.ts";
import { INPUT_LIMIT } from "../../../session/sync/limits.ts";
import type { Channel, Link } from "../../../transport/link.ts";
import { framesOf, packetOf } from "../../frames/packets.ts";
import { World } from "../world.ts";
import { cpuTime } from "../../support/cpu_time.ts";

const text = (s: string) => new TextEncoder().encode(s);
const data = (base: number, bytes: Uint8Array): Frame => ({ type: "Input", base, data: bytes });
const shown = (have: number, gen = 1): Frame => ({ type: "OutputAck", have, gen, sack: [] });
/** Packets of a flood, spread over a second. */
const FLOOD = 10_000;

interface Flood {
  readonly name: string;
  readonly channel: Channel;
  readonly frame: (i: number) => Frame;
}

/** Every frame that a viewer may say, in the form that costs the host the most. */
const FROM_VIEWER: readonly Flood[] = [
  {
    name: "Hello",
    channel: "ctrl",
    frame: () => {
      const about = { protocol: 2, features: [], name: "evil" };
      return { type: "Hello", ...about, have: 0, gen: 0, input: 0, cols: 80, rows: 24 };
    },
  },
  { name: "Resync", channel: "ctrl", frame: () => ({ type: "Resync", have: 0, gen: 1 }) },
  { name: "Window", channel: "ctrl", frame: (i) => ({ type: "Window", cols: 80 + i % 40, rows: 24 }) },
  {
    name: "LinesRequest",
    channel: "ctrl",
    frame: (id) => ({ type: "LinesRequest", id, era: 0, from: 0, to: 500 }),
  },
  {
    name: "PictureRequest",
    channel: "ctrl",
    frame: (i) => ({ type: "PictureRequest", id: `${i}`.padStart(32, "0"), from: 0 }),
  },
  { name: "Probe", channel: "term", frame: () => ({ type: "Probe" }) },
  { name: "Ack", channel: "term", frame: (i) => shown(i) },
  {
    name: "Ack of another screen",
    channel: "term",
    frame: (gen) => shown(0, gen),
  },
  {
    name: "Open of a service that nobody has",
    channel: "bulk",
    frame: (i) => ({ type: "Open", stream: 16 + 2 * i, service: "x", head: text("{}"), limit: 0 }),
  },
  {
    name: "Data of streams that nobody opened",
    channel: "bulk",
    frame: (i) => ({ type: "Data", stream: 16 + 2 * i, base: 0, data: text("x") }),
  },
  { name: "Data with gaps", channel: "term", frame: (i) => data(2 * i + 1, text("x")) },
  { name: "the same Data", channel: "term", frame: () => data(0, text("x")) },
  { name: "Data that never fits", channel: "term", frame: (i) => data(2 ** 40 + i, text("x")) },
];

/** What the host was asked for and said in the second of a flood. */
async function flooded({ channel, frame }: Flood, role: "write" | "view", count: number) {
  const world = new World(1);
  world.onTyped = (bytes) => world.print(bytes);
  const honest = world.viewer();
  await honest.connect({ delayMs: 10 });
  const evil = world.viewer(role);
  await evil.connect({ delayMs: 10 });
  await world.run(1000);
  const asked = { lines: 0, pictures: 0, windows: 0, snapshots: 0 };
  world.asked = (what) => asked[what]++;
  evil.stopped = true;
  let answers = 0;
  evil.link!.onmessage = () => answers++;
  const spent = cpuTime();
  const times: number[] = [];
  for (let tenth = 0; tenth < 10; tenth++) {
    for (let ms = 0; ms < 100; ms += 2) {
      world.clock.schedule(ms, () => {
        for (let i = 0; i < count / 500; i++) {
          evil.link!.send(channel, packetOf(frame(tenth * count / 10 + (ms / 2) * count / 500 + i)));
        }
      });
    }
    const { now } = world.clock;
    const { shown } = honest.session;
    honest.session.type(text("k"));
    while (honest.session.shown === shown && world.clock.now < now + 100) await world.run(1);
    times.push(world.clock.now - now);
    await world.run(now + 100 - world.clock.now);
  }
  const cpu = spent();
  return { ...asked, answers, cpu, echo: Math.max(...times), ended: over(evil.link!) };
}

/** Whether the link has ended: an ended one takes nothing. */
const over = (link: Link) => !link.send("term", packetOf({ type: "Probe" }));

for (const flood of FROM_VIEWER) {
  for (const role of ["view", "write"] as const) {
    Deno.test(`a flood of ${flood.name} (${role}) costs the host little, and nobody else anything`, async () => {
      const seen = await flooded(flood, role, FLOOD);
      const said = JSON.stringify(seen);
      assert.ok(seen.echo <= 24, `another viewer's echo: ${said}`);
      assert.ok(seen.answers <= 1200, `answers: ${said}`);
      // The screens that an honest viewer of a program that prints gets as well are 50 a second.
      assert.ok(
        seen.snapshots <= 60 && seen.lines <= 280 && seen.pictures <= 120 && seen.windows <= 30,
        `work: ${said}`,
      );
      assert.ok(seen.cpu < 3000, `busy: ${said}`);
      // Reliable messages are not dropped: the link that brings so many ends.
      assert.equal(seen.ended, flood.channel !== "term", said);
    });
  }
}

Deno.test("what an honest viewer asks for in a hurry is answered in the end, the newest of each kind", async () => {
  const world = new World(2);
  const viewer = world.viewer();
  await viewer.connect({ delayMs: 5 });
  await world.run(100);
  for (let cols = 60; cols < 160; cols++) viewer.session.resize({ cols, rows: 30 });
  await world.run(500);
  assert.deepEqual(world.host.viewers.get("viewer0")!.window, { cols: 159, rows: 30 });
  // Ten links within a second: the last one is welcomed, late, and shows the screen.
  for (let i = 0; i < 10; i++) {
    await viewer.connect({ delayMs: 5 });
    await world.run(50);
  }
  world.print(text("still here"));
  await world.run(1500);
  assert.equal(viewer.session.shown, world.host.version);
});

Deno.test("a paste as fast as a network may be is no flood", async () => {
  const world = new World(6);
  // What it types is not kept by the model of a program either.
  const viewer = world.viewer("view");
  const { viewer: link } = viewer.open({});
  await world.run(100);
  const piece = new Uint8Array(16 * 1024);
  // 100 MB/s for two seconds.
  for (let i = 0; i < 12_500; i++) {
    link.send("ctrl", packetOf(data(i * piece.length, piece)));
    if (i % 12 === 11) await world.run(2);
  }
  await world.run(10);
  assert.equal(over(link), false);
  assert.equal(world.host.viewers.get(viewer.peer)!.input.applied, 12_500 * piece.length);
});

Deno.test("a receiver keeps no more ranges and bytes than it may, in any order, and hands out what fits", () => {
  const one = Uint8Array.of(1);
  for (const offset of [(i: number) => 2 * i + 1, (i: number) => 2 * (100_000 - i) + 1]) {
    const receiver = new StreamReceiver();
    const spent = cpuTime();
    for (let i = 0; i < 100_000; i++) receiver.accept({ base: offset(i), data: one });
    // It took 26 s for 80,000 when each was searched from the first on.
    assert.ok(spent() < 1500, `${spent()} ms`);
    assert.equal(receiver.sack.length, 8);
    receiver.accept({ base: 0, data: new Uint8Array(16 * 1024) });
    assert.ok(receiver.have >= 16 * 1024);
  }
  const covered = new StreamReceiver();
  for (let i = 0; i < 8000; i++) covered.accept({ base: 2 * i + 1, data: one });
  const whole = new Uint8Array(16 * 1024);
  covered.accept({ base: 2, data: whole });
  assert.equal(covered.accept({ base: 0, data: whole.subarray(0, 2) }).data.length, 2);
  assert.equal(covered.have, 2 + whole.length);
});

Deno.test("nothing of a view role is kept or applied, and it is all acked", async () => {
  const world = new World(3);
  const viewer = world.viewer("view");
  await viewer.connect({});
  await world.run(100);
  viewer.stopped = true;
  let acked = 0;
  let kept = -1;
  viewer.link!.onmessage = (_, bytes) => {
    for (const frame of framesOf(bytes)) {
      if ("sack" in frame) [acked, kept] = [frame.have, frame.sack.length];
    }
  };
  for (const base of [1000, 5000, 100]) viewer.link!.send("term", packetOf(data(base, text("id\r"))));
  await world.run(100);
  assert.deepEqual([acked, kept, world.typed.length], [5003, 0, 0]);
});

Deno.test("input is acked when the program has taken it, and a viewer sends no more than the limit ahead", async () => {
  const world = new World(4);
  const viewer = world.viewer();
  await viewer.connect({ delayMs: 5 });
  await world.run(200);
  const takes: (() => void)[] = [];
  let given = 0;
  world.taking = (bytes) => {
    given += bytes.length;
    return new Promise((done) => takes.push(done));
  };
  const paste = Uint8Array.from({ length: INPUT_LIMIT * 3 / 2 }, (_, i) => i % 251);
  for (let at = 0; at < paste.length; at += 50_000) viewer.session.type(paste.subarray(at, at + 50_000));
  await world.run(5000);
  // The program reads nothing: one piece is in its terminal's hands, the rest with the viewer and in the host's window.
  assert.ok(given <= 16 * 1024, `${given} bytes`);
  assert.equal(viewer.session.unsent, paste.length);
  assert.ok(world.host.viewers.get(viewer.peer)!.input.applied <= INPUT_LIMIT);
  const fault = viewer.session.linkRequests.fault(world.clock.now);
  assert.equal(fault, null, "the link is not dead: what was sent has arrived");
  for (let i = 0; i < 4000 && viewer.session.unsent > 0; i++) {
    takes.shift()?.();
    await world.run(5);
  }
  assert.equal(viewer.session.unsent, 0);
  assert.deepEqual(Uint8Array.from(world.typed), paste);
  // One that does not keep to it is not kept.
  world.taking = () => new Promise(() => {});
  for (let i = 0; i < 200; i++) {
    const base = paste.length + i * 16 * 1024;
    viewer.link!.send("ctrl", packetOf(data(base, new Uint8Array(16 * 1024))));
  }
  await world.run(1000);
  const { applied } = world.host.viewers.get(viewer.peer)!.input;
  assert.ok(applied <= paste.length + INPUT_LIMIT, `${applied - paste.length} bytes ahead`);
});

Deno.test("of a flood of notices a person sees three, then one a second, and the last one in the end", async () => {
  const world = new World(5);
  const viewer = world.viewer();
  await viewer.connect({});
  await world.run(100);
  for (let i = 0; i < 1000; i++) world.host.notice(`notice ${i}`);
  await world.run(100);
  assert.equal(viewer.notices.length, 3);
  await world.run(3000);
  assert.deepEqual(viewer.notices.slice(3), ["notice 999"]);
});
