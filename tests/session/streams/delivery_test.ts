/** Opened streams bring every byte exactly once and in order, whatever their links do, and keep to credit and bounds. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { LEAST_WINDOW, MOST_WINDOW } from "../../../session/streams/stream_limits.ts";
import { other, type Side, StreamEnds } from "./stream_ends.ts";

type Step =
  | { do: "open" | "end" | "reset"; side: Side; which: number }
  | { do: "write" | "read"; side: Side; which: number; bytes: number }
  | { do: "send"; side: Side; budget: number }
  | { do: "deliver"; side: Side; line: number; count: number }
  | { do: "line" }
  | { do: "move"; side: Side; line: number }
  | { do: "cut"; line: number }
  | { do: "wait"; ms: number };

const side = fc.constantFrom<Side>("viewer", "host");
const which = fc.nat(7);
const line = fc.nat(3);
const bytes = fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 150_000 }));
const kind = <T extends string>(...names: T[]) => fc.constantFrom(...names);
const common = [
  { arbitrary: fc.record({ do: kind("write", "read"), side, which, bytes }), weight: 8 },
  { arbitrary: fc.record({ do: kind("send"), side, budget: bytes }), weight: 6 },
  {
    arbitrary: fc.record({ do: kind("deliver"), side, line, count: fc.integer({ min: 1, max: 9 }) }),
    weight: 8,
  },
  { arbitrary: fc.record({ do: kind("open", "end"), side, which }), weight: 2 },
  { arbitrary: fc.record({ do: kind("wait"), ms: fc.nat(40) }), weight: 2 },
  { arbitrary: fc.record({ do: kind("line") }), weight: 1 },
  { arbitrary: fc.record({ do: kind("move"), side, line }), weight: 1 },
  { arbitrary: fc.record({ do: kind("cut"), line }), weight: 2 },
];
const steps = fc.array(fc.oneof(...common) as fc.Arbitrary<Step>, { maxLength: 150 });
const reset = { arbitrary: fc.record({ do: kind("reset"), side, which }), weight: 1 };
const withResets = fc.array(fc.oneof(...common, reset) as fc.Arbitrary<Step>, { maxLength: 150 });

function run(ends: StreamEnds, step: Step): void {
  const live = ends.lines.filter(({ cut }) => !cut);
  const pick = (index: number) => live[index % live.length]!;
  const open = "which" in step
    ? [...ends.uses[step.side].values()].filter((use) => use.closed === undefined)
    : [];
  const use = "which" in step ? open[step.which % open.length] : undefined;
  switch (step.do) {
    case "open":
      return void ends.open(step.side);
    case "write":
      return void use?.write(step.bytes);
    case "read":
      return void use?.read(step.bytes);
    case "end":
      return use?.stream.end();
    case "reset":
      return use?.stream.reset("test", "enough");
    case "send":
      return void ends.send(step.side, step.budget);
    case "deliver":
      return void ends.deliver(pick(step.line), step.side, step.count);
    case "line":
      return void ends.newLine();
    case "move":
      return ends.move(step.side, pick(step.line));
    case "cut":
      return ends.cut(pick(step.line));
    case "wait":
      ends.now += step.ms;
  }
}

/** No end has sent what the other one had not given credit for, when it was sent at the latest. */
function checkCredit(ends: StreamEnds): void {
  const limits = new Map<string, number>();
  for (const { side, frame } of ends.sent) {
    const key = (of: Side) => `${of} ${frame.stream}`;
    if (frame.type === "Credit") {
      const before = limits.get(key(other(side))) ?? LEAST_WINDOW;
      assert.ok(frame.limit >= before, "a limit never falls");
      limits.set(key(other(side)), frame.limit);
    } else if (frame.type === "Data") {
      const end = frame.base + frame.data.length;
      assert.ok(end <= (limits.get(key(side)) ?? LEAST_WINDOW), "data within its credit");
    }
  }
}

/** No window is larger than it may be: what was sent and not read is within it. */
function checkMemory(ends: StreamEnds): void {
  for (const side of ["viewer", "host"] as const) {
    for (const [id, use] of ends.uses[side]) {
      const reader = ends.uses[other(side)].get(id);
      assert.ok(use.written - (reader?.got ?? 0) <= 2 * MOST_WINDOW);
    }
    assert.ok(ends.tables[side].streams.every(({ unacked }) => unacked >= 0));
  }
}

/** Lets all that is left come to its end: what is on half of the lines is lost with them, the rest comes late. */
function finish(ends: StreamEnds): void {
  const last = ends.newLine();
  for (const [i, old] of ends.lines.entries()) if (old !== last && i % 2 === 0) ends.cut(old);
  for (const side of ["viewer", "host"] as const) ends.move(side, last);
  ends.settle(() => {
    ends.readAll();
    for (const side of ["viewer", "host"] as const) {
      for (const use of ends.uses[side].values()) if (use.closed === undefined) use.stream.end();
    }
  });
}

Deno.test("streams: whatever links come, go, and are spoken on, every byte comes once and in order, and all ends well", () => {
  fc.assert(
    fc.property(steps, (all) => {
      const ends = new StreamEnds();
      ends.open("viewer");
      ends.open("host");
      for (const step of all) {
        run(ends, step);
        checkMemory(ends);
      }
      finish(ends);
      for (const side of ["viewer", "host"] as const) {
        for (const [id, use] of ends.uses[side]) {
          const far = ends.uses[other(side)].get(id);
          assert.ok(far, `${side} ${id} was opened at the other end`);
          assert.equal(far.got, use.written, `all of ${side} ${id} came`);
          assert.equal(use.closed, null, `${side} ${id} ended well: ${JSON.stringify(use.closed)}`);
        }
        assert.ok(ends.tables[side].streams.every(({ unacked }) => unacked === 0));
      }
      checkCredit(ends);
    }),
    { numRuns: 400 },
  );
});

Deno.test("streams: with resets at any time too, each stream is closed once at both ends, and none is left", () => {
  fc.assert(
    fc.property(withResets, (all) => {
      const ends = new StreamEnds();
      ends.open("viewer");
      ends.open("host");
      for (const step of all) run(ends, step);
      finish(ends);
      for (const side of ["viewer", "host"] as const) {
        for (const [id, use] of ends.uses[side]) {
          const far = ends.uses[other(side)].get(id);
          assert.notEqual(use.closed, undefined, `${side} ${id} is closed`);
          if (use.closed === null) assert.equal(far?.got, use.written, "ended well: all of it came");
        }
        // All ids are free again, and nobody waits for an answer.
        for (let i = 0; i < 256; i++) assert.ok(ends.tables[side].open("test", new Uint8Array(0)));
      }
      checkCredit(ends);
    }),
    { numRuns: 400 },
  );
});
