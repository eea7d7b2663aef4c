/** Random frames of a liar about streams that are there, against a table whose services use them: nothing throws, and all bounds hold. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { FrameType } from "../../../frames/frame.ts";
import { encodePacket } from "../../../frames/packet.ts";
import type { StreamFrame } from "../../../frames/stream_frames.ts";
import {
  LEAST_WINDOW,
  MAX_ANSWERS,
  MAX_STREAMS,
  WINDOW_POOL,
} from "../../../session/streams/stream_limits.ts";
import { hostile } from "../../frames/hostile.ts";
import { HEADER } from "../../frames/packets.ts";
import { StreamEnds } from "./stream_ends.ts";

type Act =
  | { readonly kind: "say"; readonly frame: StreamFrame; readonly times: number }
  | { readonly kind: "read" | "write" | "end" | "reset"; readonly of: number; readonly bytes: number }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "take"; readonly budget: number }
  | { readonly kind: "restart" };

/** Ids that come up again and again, of both ends. */
const stream = fc.oneof(fc.nat({ max: 18 }).map((n) => 16 + n), fc.constantFrom(2 ** 32 - 1));
const offset = fc.oneof(fc.nat({ max: 70_000 }), fc.constantFrom(2 ** 40, 2 ** 48 - 1));
const fair: fc.Arbitrary<StreamFrame> = fc.oneof(
  fc.record({
    type: fc.constant("Open" as const),
    stream,
    service: fc.constantFrom("test", "test", "none"),
    head: fc.uint8Array({ maxLength: 5 }),
    limit: offset,
  }),
  fc.record({
    type: fc.constant("Data" as const),
    stream,
    base: fc.constantFrom(0, 0, 1, 10, 100, 65_000),
    data: fc.constantFrom(1, 10, 1000, 16_384).map((n) => new Uint8Array(n)),
  }),
  fc.record({ type: fc.constant("End" as const), stream, size: fc.constantFrom(0, 10, 1000) }),
  fc.record({
    type: fc.constant("Credit" as const),
    stream,
    have: fc.constantFrom(0, 0, 10, 2 ** 40),
    limit: offset,
  }),
  fc.record({
    type: fc.constant("Reset" as const),
    stream,
    code: fc.constantFrom("x", "ended", "unknown"),
    message: fc.constant(""),
  }),
);
const TYPES = ["Open", "Data", "End", "Credit", "Reset"] as const satisfies readonly FrameType[];
const edges = fc.oneof(...TYPES.map((type) => hostile[type])) as fc.Arbitrary<StreamFrame>;
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("say" as const),
      frame: fc.oneof({ weight: 4, arbitrary: fair }, { weight: 1, arbitrary: edges }),
      times: fc.constantFrom(1, 1, 3),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom("read" as const, "write" as const, "end" as const, "reset" as const),
      of: fc.nat({ max: 100 }),
      bytes: fc.constantFrom(1, 1000, 100_000),
    }),
  },
  fc.record({ kind: fc.constant("wait" as const), ms: fc.constantFrom(1, 20, 5000) }),
  fc.record({ kind: fc.constant("take" as const), budget: fc.constantFrom(1, 1000, 100_000) }),
  fc.record({ kind: fc.constant("restart" as const) }),
);

/** Does one thing at the host; returns the frames that it said. */
function perform(ends: StreamEnds, act: Act): StreamFrame[] {
  const table = ends.tables.host;
  const uses = [...ends.uses.host.values()];
  switch (act.kind) {
    case "say":
      for (let i = 0; i < act.times; i++) table.receive(act.frame);
      return [];
    case "wait":
      ends.now += act.ms;
      return [];
    case "restart":
      table.restart();
      return [];
    case "take": {
      const said: StreamFrame[] = [];
      for (let left = act.budget; left > 0;) {
        const frame = table.next(left);
        if (!frame) break;
        said.push(frame);
        if (frame.type === "Data") left -= frame.data.length;
        assert.ok(said.length < MAX_ANSWERS + 10 * MAX_STREAMS + 100, "what is said at once ends");
      }
      return said;
    }
  }
  const use = uses[act.of % Math.max(1, uses.length)];
  if (act.kind === "write") use?.write(act.bytes);
  else if (act.kind === "end") use?.stream.end();
  else if (act.kind === "reset") use?.stream.reset("done", "x".repeat(act.bytes));
  else use?.stream.read(act.bytes);
  return [];
}

Deno.test("random frames about streams that are used: nothing throws, bounds hold, credit is kept, each stream closes once", () => {
  let served = 0;
  fc.assert(
    fc.property(fc.array(act, { minLength: 50, maxLength: 150 }), (acts) => {
      const ends = new StreamEnds();
      for (let id = 16; id < 32; id += 2) {
        ends.tables.host.receive({
          type: "Open",
          stream: id,
          service: "test",
          head: new Uint8Array(),
          limit: 0,
        });
      }
      /** How far the liar allowed each stream to be sent, and how far it was. */
      const limits = new Map<number, number>();
      for (const act of acts) {
        if (act.kind === "say" && "limit" in act.frame) {
          const { stream, limit } = act.frame;
          limits.set(stream, Math.max(limits.get(stream) ?? LEAST_WINDOW, limit));
        }
        for (const frame of perform(ends, act)) {
          // Each frame has a form on the wire.
          encodePacket({ header: HEADER, frames: [frame] });
          if (frame.type !== "Data") continue;
          const end = frame.base + frame.data.length;
          assert.ok(end <= (limits.get(frame.stream) ?? LEAST_WINDOW), "no more than it gave credit for");
        }
        const { streams } = ends.tables.host;
        assert.ok(streams.length <= MAX_STREAMS);
        const kept = streams.reduce((sum, { unacked }) => sum + unacked, 0);
        assert.ok(kept <= MAX_STREAMS * LEAST_WINDOW + WINDOW_POOL);
      }
      served += ends.uses.host.size;
      ends.tables.host.close({ code: "session", message: "" });
      // Of each use it is checked that it closes no second time.
      for (const use of ends.uses.host.values()) assert.notEqual(use.closed, undefined);
      assert.deepEqual(ends.log, []);
    }),
    { numRuns: Number(Deno.env.get("BEACH_PROPERTY_RUNS") ?? 300) },
  );
  assert.ok(served > 2000, `${served} streams were served`);
});
