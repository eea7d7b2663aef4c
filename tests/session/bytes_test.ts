import assert from "node:assert/strict";
import fc from "fast-check";
import { concat } from "../../frames/bytes.ts";

Deno.test("bytes put together are all of them in order, and nobody else's", () => {
  fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 20 })), (pieces) => {
    const whole = concat(pieces);
    assert.deepEqual([...whole], pieces.flatMap((piece) => [...piece]));
    for (const piece of pieces) assert.notEqual(whole.buffer, piece.buffer);
  }));
});
