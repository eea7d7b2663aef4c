/** Bulk keeps order and loses nothing over carriers that come, break and come again. */

import assert from "node:assert/strict";
import fc from "fast-check";
import {
  BulkLane,
  type Carrier,
  LANE_BUFFER,
  LANE_MESSAGES,
  MAIN_WINDOW,
  SECOND_WINDOW,
} from "../../../transport/webrtc/bulk_lane.ts";

/** Two lanes and what is on its way between them, moved by hand: reliable, ordered carriers, of which the second may break. */
class World {
  readonly got: Uint8Array[] = [];
  readonly back: Uint8Array[] = [];
  readonly wires: Record<Carrier, { to: "here" | "there"; frame: Uint8Array }[]> = { main: [], second: [] };
  up = false;
  readonly here = this.#lane("there", this.back);
  readonly there = this.#lane("here", this.got);

  #lane(to: "here" | "there", got: Uint8Array[]): BulkLane {
    return new BulkLane((carrier, frame) => {
      if (carrier === "second" && !this.up) return false;
      this.wires[carrier].push({ to, frame: frame.slice() });
      return true;
    }, (message) => got.push(message.slice()));
  }

  move(carrier: Carrier, count: number): void {
    for (const { to, frame } of this.wires[carrier].splice(0, count)) {
      assert.equal(this[to].receive(carrier, frame), true);
    }
  }

  open(): void {
    if (this.up) return;
    this.up = true;
    this.here.use("second", false);
    this.there.use("second", false);
  }

  /** The second carrier breaks; what was on it is lost. */
  breakSecond(): void {
    if (!this.up) return;
    this.up = false;
    this.wires.second.length = 0;
    this.here.use("main", true);
    this.there.use("main", true);
  }

  settle(): void {
    for (let turn = 0; turn < 10_000; turn++) {
      this.here.flushAck();
      this.there.flushAck();
      if (this.wires.main.length + this.wires.second.length === 0) return;
      this.move("second", 1);
      this.move("main", 1);
    }
    assert.fail("the lanes never come to rest");
  }
}

const message = (n: number, length: number) => new Uint8Array(length).fill(n & 0xff);

const steps = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ do: fc.constant("send" as const), length: fc.integer({ min: 0, max: 40_000 }) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant("move" as const),
        carrier: fc.constantFrom<Carrier>("main", "second"),
        count: fc.integer({ min: 1, max: 5 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom({ do: "open" as const }, { do: "break" as const }, { do: "ack" as const }),
    },
  ),
  { maxLength: 60 },
);

Deno.test("whatever happens to the second carrier, every message arrives once and in order", () => {
  fc.assert(fc.property(steps, (all) => {
    const world = new World();
    const sent: Uint8Array[] = [], sentBack: Uint8Array[] = [];
    for (const step of all) {
      switch (step.do) {
        case "send": {
          const bytes = message(sent.length, step.length);
          if (world.here.send(bytes)) sent.push(bytes);
          const answer = message(sentBack.length, step.length % 100);
          if (world.there.send(answer)) sentBack.push(answer);
          break;
        }
        case "move":
          world.move(step.carrier, step.count);
          break;
        case "open":
          world.open();
          break;
        case "break":
          world.breakSecond();
          break;
        case "ack":
          world.here.flushAck();
          world.there.flushAck();
          break;
      }
    }
    world.settle();
    assert.deepEqual(world.got, sent);
    assert.deepEqual(world.back, sentBack);
    assert.deepEqual([world.here.buffered, world.there.buffered], [0, 0]);
  }));
});

Deno.test("no more than the window is in flight on a carrier, and no more than the buffer in all", () => {
  const world = new World();
  let taken = 0;
  while (world.here.send(message(taken, 10_000))) taken++;
  const flying = (carrier: Carrier) => world.wires[carrier].reduce((sum, { frame }) => sum + frame.length, 0);
  assert.ok(flying("main") <= MAIN_WINDOW && flying("main") > MAIN_WINDOW - 10_005, `${flying("main")}`);
  assert.ok(world.here.buffered <= LANE_BUFFER + 10_005);
  world.open();
  assert.ok(flying("second") <= SECOND_WINDOW && flying("second") > SECOND_WINDOW / 2, `${flying("second")}`);
  world.settle();
  assert.equal(world.got.length, taken);
});

Deno.test("tiny messages are limited by their number", () => {
  const world = new World();
  let taken = 0;
  while (world.here.send(new Uint8Array(0))) taken++;
  assert.equal(taken, LANE_MESSAGES);
});

Deno.test("malformed frames are refused and change nothing", () => {
  const lane = new BulkLane(() => true, () => assert.fail("nothing to deliver"));
  for (
    const frame of [
      [],
      [0],
      [0, 0, 0, 0], // no whole index
      [2, 0, 0, 0, 0], // no such kind
      [1, 0, 0, 0, 0, 9], // an acknowledgement with something after it
      [1, 0, 0, 0, 1], // of a message that was never sent
      [0, 0, 1, 0, 0, 9], // further ahead than any sender may be
    ]
  ) assert.equal(lane.receive("main", Uint8Array.from(frame)), false, `${frame}`);
  assert.equal(
    lane.receive("main", Uint8Array.of(0, 0xff, 0xff, 0xff, 0xff)),
    true,
    "one of long ago is a duplicate",
  );
});

Deno.test("any bytes at all: no exception, and nothing delivered out of turn", () => {
  fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 12 }), { maxLength: 40 }), (frames) => {
    const lane = new BulkLane(() => true, () => {});
    for (const frame of frames) lane.receive("main", frame);
  }));
});
