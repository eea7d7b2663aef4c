import assert from "node:assert/strict";
import fc from "fast-check";
import { Buffer } from "node:buffer";
import type { Entry } from "../../../cli/audit/chain.ts";
import { BEGIN, link, MAX_LINE } from "../../../cli/audit/chain.ts";
import { TypingBursts } from "../../../cli/audit/typing_bursts.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

function bursts(keepInput: boolean): { readonly of: TypingBursts; readonly told: Entry[] } {
  const told: Entry[] = [];
  return { of: new TypingBursts(keepInput, (entry) => told.push(entry)), told };
}

Deno.test("typing: a pause ends a burst, and so do 10 s; each person has their own", () => {
  const { of, told } = bursts(false);
  of.typed("a", bytes("l"), 0);
  of.typed("b", bytes("xy"), 500);
  of.typed("a", bytes("s"), 1000);
  assert.equal(of.due(), 2500);
  of.poll(2499);
  assert.deepEqual(told, []);
  of.poll(3000);
  assert.deepEqual(told, [
    { event: "typed", peer: "a", bytes: 2, ms: 1000 },
    { event: "typed", peer: "b", bytes: 2, ms: 0 },
  ]);
  for (let at = 10_000; at <= 21_000; at += 1000) of.typed("a", bytes("x"), at);
  assert.deepEqual(told[2], { event: "typed", peer: "a", bytes: 10, ms: 9000 });
  of.left("a");
  assert.deepEqual(told[3], { event: "typed", peer: "a", bytes: 2, ms: 1000 });
  assert.equal(of.due(), Infinity);
});

Deno.test("typing: what was typed is told only if wanted, and whole while it is not a flood", () => {
  const paste = Uint8Array.from({ length: 200_000 }, (_, i) => i % 251);
  for (const size of [1, 100, 4096, 10_000, 200_000]) {
    const { of, told } = bursts(true);
    for (let at = 0; at < paste.length; at += size) of.typed("a", paste.slice(at, at + size), 0);
    of.end();
    const said = told.map(({ input, input_base64 }) =>
      input !== undefined ? Buffer.from(`${input}`) : Buffer.from(`${input_base64}`, "base64")
    );
    assert.deepEqual(Buffer.concat(said), Buffer.from(paste));
  }
});

Deno.test("typing: a flood is counted; its lines are few and short, and none is lost from the count", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1, maxLength: 400 }), (sizes) => {
      const { of, told } = bursts(true);
      sizes.forEach((size, i) => of.typed("a", new Uint8Array(size).fill(1), i * 10));
      of.end();
      const sum = sizes.reduce((a, b) => a + b, 0);
      assert.equal(told.reduce((a, entry) => a + Number(entry.bytes), 0), sum);
      assert.ok(told.length <= 64 + 4 * 4 + 2);
      for (const entry of told) assert.ok(link(BEGIN, 0, entry).line.length <= MAX_LINE);
    }),
    { numRuns: 30 },
  );
});
