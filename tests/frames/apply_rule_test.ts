import assert from "node:assert/strict";
import fc from "fast-check";
import { apply } from "../../frames/apply_rule.ts";

Deno.test("frames in any order, any number of times, give the stream and nothing else", () => {
  const text = fc.uint8Array({ minLength: 1, maxLength: 200 });
  fc.assert(fc.property(text, fc.infiniteStream(fc.nat()), (stream, numbers) => {
    const shown: number[] = [];
    let have = 0;
    for (const number of numbers) {
      const base = number % stream.length;
      const end = base + 1 + ((number >> 8) % (stream.length - base));
      const result = apply(have, { base, data: stream.subarray(base, end) });
      switch (result.kind) {
        case "duplicate":
          assert.ok(end <= have);
          break;
        case "gap":
          assert.deepEqual([result.expected, result.got], [have, base]);
          assert.ok(base > have);
          break;
        case "new":
          shown.push(...result.data);
          have = result.have;
      }
      assert.deepEqual(shown, [...stream.subarray(0, have)]);
      if (have === stream.length || shown.length > 1000 || number % 97 === 96) break;
    }
  }));
});
