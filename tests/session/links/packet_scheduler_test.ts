/** What goes first on a link, and that nothing waits for what may come. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Frame } from "../../../frames/frame.ts";
import {
  type FrameSource,
  type Outgoing,
  PacketScheduler,
  type Priority,
} from "../../../session/links/packet_scheduler.ts";

const notice = (text: string): Frame => ({ type: "Notice", text });
const data = (stream: number, base: number): Frame => ({
  type: "Data",
  stream,
  base,
  data: new Uint8Array(1000),
});

/** A source of `count` packets. */
function source(count: number, frame: (n: number) => Frame, channel: Outgoing["channel"]): FrameSource {
  let said = 0;
  return { next: () => said < count ? { channel, frames: [frame(said++)] } : null };
}

/** All that goes now. */
function drain(
  scheduler: PacketScheduler,
  keys?: FrameSource,
  room = true,
  streams?: FrameSource,
): readonly Frame[][] {
  const packets: Frame[][] = [];
  for (;;) {
    const packet = scheduler.next(0, keys, room, streams);
    if (!packet) return packets;
    packets.push([...packet.frames]);
  }
}

Deno.test("keys go before the screen, that before control, that before bulk, whatever came first", () => {
  const scheduler = new PacketScheduler();
  scheduler.push("bulk", "bulk", notice("bulk"));
  scheduler.push("control", "ctrl", notice("control"));
  scheduler.push("screen", "term", notice("screen"));
  const key: Frame = { type: "Input", base: 0, data: new Uint8Array(1) };
  const streams = source(1, () => data(16, 0), "bulk");
  const packets = drain(scheduler, source(2, () => key, "term"), true, streams);
  const names = packets.map(([frame]) => frame!.type === "Notice" ? frame.text : frame!.type);
  assert.deepEqual(names, ["Input", "Input", "screen", "control", "bulk", "Data"]);
});

Deno.test("bulk waits for room, and nothing else does; opened streams go behind it, and know by themselves what room they have", () => {
  const scheduler = new PacketScheduler();
  scheduler.push("bulk", "bulk", notice("history"));
  scheduler.push("control", "ctrl", notice("control"));
  const one = source(1, () => data(14, 0), "bulk");
  assert.deepEqual(drain(scheduler, undefined, false, one), [[notice("control")], [data(14, 0)]]);
  assert.equal(scheduler.waits, true);
  const streams = source(3, (n) => data(16 + 2 * n, 0), "bulk");
  const packets = drain(scheduler, undefined, true, streams);
  assert.deepEqual(packets.map(([frame]) => "stream" in frame! ? frame.stream : 0), [0, 16, 18, 20]);
  assert.equal(scheduler.waits, false);
});

Deno.test("control that waits together goes together, in order, each channel by itself", () => {
  const scheduler = new PacketScheduler();
  const words = Array.from({ length: 30 }, (_, i) => notice(`${i}`));
  for (const word of words) scheduler.push("control", "ctrl", word);
  scheduler.push("control", "term", notice("elsewhere"));
  const packets = drain(scheduler);
  assert.deepEqual(packets.map((frames) => frames.length), [12, 12, 6, 1]);
  assert.deepEqual(packets.flat(), [...words, notice("elsewhere")]);
});

Deno.test("property: what a link did not take goes later, once and in order, but for what may be lost", () => {
  const push = fc.record({
    priority: fc.constantFrom<Priority[]>("screen", "control", "bulk"),
    channel: fc.constantFrom("ctrl" as const, "term" as const, "bulk" as const),
  });
  fc.assert(fc.property(fc.array(push, { maxLength: 60 }), fc.infiniteStream(fc.boolean()), (all, takes) => {
    const scheduler = new PacketScheduler();
    const wanted = new Map<Priority, string[]>();
    all.forEach(({ priority, channel }, i) => {
      scheduler.push(priority, channel, notice(`${i}`));
      if (channel !== "term") wanted.set(priority, [...wanted.get(priority) ?? [], `${i}`]);
    });
    const went = new Map<Priority, string[]>();
    for (let tries = 0; scheduler.waits && tries < 1000; tries++) {
      const packet = scheduler.next(0, undefined, true)!;
      if (takes.next().value || tries > 500) {
        if (packet.channel === "term") continue;
        const texts = packet.frames.map((frame) => frame.type === "Notice" ? frame.text : "");
        went.set(packet.priority!, [...went.get(packet.priority!) ?? [], ...texts]);
      } else scheduler.refused(packet, 0);
    }
    assert.deepEqual(went, wanted);
  }));
});

Deno.test("no more waits for a link that takes nothing than has a bound; the oldest go", () => {
  const scheduler = new PacketScheduler();
  for (let i = 0; i < 5000; i++) scheduler.push("control", "ctrl", notice(`${i}`));
  const left = drain(scheduler).flat();
  assert.equal(left.length, 1024);
  assert.deepEqual(left.at(-1), notice("4999"));
});
