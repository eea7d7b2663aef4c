import assert from "node:assert/strict";
import fc from "fast-check";
import { encode, WireError } from "../../../frames/codec.ts";
import { frameValue } from "../../../frames/frame.ts";
import type { LinesFrame } from "../../../frames/history_frames.ts";
import { MAX_DATA, MAX_UNPACKED } from "../../../frames/limits.ts";
import { pack } from "../../../frames/deflate.ts";
import { packLines, unpackLines } from "../../../frames/packed_lines.ts";

type Lines = LinesFrame;
const lines = (rows: Lines["rows"]): Lines => ({
  type: "Lines",
  id: 1,
  era: 0,
  first: 0,
  end: 10_000,
  from: 7,
  rows,
});
const log = (n: number) =>
  Array.from({ length: n }, (_, i) => [`2026-11-21 12:00:00 worker ${i}: done`, false] as const);

Deno.test("packed history unpacks to the same, and text shrinks to a quarter and less", () => {
  const message = lines(log(500));
  const packed = packLines(message, MAX_DATA)!;
  assert.deepEqual(unpackLines(packed), message);
  assert.ok(packed.data.length * 4 < packed.size, `${packed.data.length} of ${packed.size} bytes`);
  fc.assert(fc.property(
    fc.array(fc.tuple(fc.string({ unit: "grapheme", maxLength: 200 }), fc.boolean()), { maxLength: 500 }),
    (rows) => {
      const packed = packLines(lines(rows), MAX_DATA);
      if (packed) assert.deepEqual(unpackLines(packed), lines(rows));
    },
  ));
});

Deno.test("what does not fit or win is not packed", () => {
  assert.equal(packLines(lines(log(500)), 100), null);
  assert.equal(packLines(lines([["short", false]]), MAX_DATA), null);
});

Deno.test("other bytes in PackedLines are a fault of the far end's, in bounded memory", () => {
  const inside = (bytes: Uint8Array, size = bytes.length) =>
    unpackLines({ type: "PackedLines", size, data: pack(bytes)! });
  const notice = encode(frameValue({ type: "Notice", text: "x".repeat(250) }));
  assert.throws(() => inside(notice), WireError);
  assert.throws(() => inside(new Uint8Array(1000)), WireError);
  assert.throws(() => inside(new Uint8Array(10_000_000), MAX_UNPACKED), WireError);
  const good = packLines(lines(log(100)), MAX_DATA)!;
  assert.throws(() => unpackLines({ ...good, size: good.size - 1 }), WireError);
  assert.throws(() => unpackLines({ ...good, size: good.size + 1 }), WireError);
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 400 }), fc.nat({ max: 4096 }), (data, size) => {
      assert.throws(() => unpackLines({ type: "PackedLines", size, data }), WireError);
    }),
  );
});
