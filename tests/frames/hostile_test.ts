/** Whatever bytes come, decoding ends soon, with a message within all limits or with a WireError. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { encode, MAX_INTEGER, type Value, WireError } from "../../frames/codec.ts";
import {
  decodeMessage,
  encodeMessage,
  MAX_DATA,
  MAX_ROW,
  MAX_ROWS,
  type MessageType,
} from "../../frames/message.ts";
import { hostile } from "./hostile.ts";

const equal = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((byte, i) => byte === b[i]);

/** Throws where a value is beyond what `WIRE.md` allows. */
function assertBounded(value: unknown): void {
  if (typeof value === "number") {
    assert.ok(Number.isInteger(value) && value >= 0 && value <= MAX_INTEGER, `${value}`);
    assert.notEqual(value + 1, value);
  } else if (typeof value === "string") assert.ok(value.length <= MAX_ROW);
  else if (value instanceof Uint8Array) assert.ok(value.length <= MAX_DATA);
  else if (Array.isArray(value)) {
    assert.ok(value.length <= MAX_ROWS);
    value.forEach(assertBounded);
  } else if (typeof value === "object" && value !== null) Object.values(value).forEach(assertBounded);
}

function assertDecodesOrRefuses(bytes: Uint8Array): void {
  let message;
  try {
    message = decodeMessage(bytes);
  } catch (error) {
    assert.ok(error instanceof WireError, String(error));
    return;
  }
  assertBounded(message);
  assert.ok(equal(encodeMessage(message), bytes), "another form of the same message");
}

for (const [type, message] of Object.entries(hostile)) {
  Deno.test(`every ${type} at the edges decodes to itself`, () => {
    fc.assert(fc.property(message, (message) => {
      const bytes = encodeMessage(message);
      // A few are larger than a message may be: links refuse them.
      assert.equal(decodeMessage(bytes).type, type as MessageType);
      assertDecodesOrRefuses(bytes);
    }));
  });

  Deno.test(`a ${type} with one field replaced, one byte changed or cut short is within the limits, or refused`, () => {
    const wrong: fc.Arbitrary<Value> = fc.constantFrom<Value[]>(
      -1,
      0.5,
      NaN,
      MAX_INTEGER + 1,
      2 ** 53 - 1,
      2 ** 53,
      2 ** 63,
      -(2 ** 40),
      null,
      true,
      "",
      "x".repeat(MAX_ROW + 1),
      new Uint8Array(MAX_DATA + 1),
      [],
      [[[[[]]]]],
      Array.from({ length: MAX_ROWS + 1 }, () => ["x", true]),
      Array.from({ length: 9 }, (_, i) => i),
      [3, 2, 1, 0],
    );
    fc.assert(
      fc.property(message, wrong, fc.nat(), fc.nat({ max: 255 }), (message, value, at, byte) => {
        const good = encodeMessage(message);
        // The codec's own decoder gives the fields without judging them.
        const { type: _, ...fields } = message;
        const list = Object.values(fields) as Value[];
        if (list.length > 0) list[at % list.length] = value;
        const [code] = good.subarray(good[0] === 0xdc ? 3 : 1);
        assertDecodesOrRefuses(encode([code!, ...list]));
        const changed = good.slice();
        changed[at % good.length] = byte;
        assertDecodesOrRefuses(changed);
        assertDecodesOrRefuses(good.subarray(0, at % good.length));
      }),
      { numRuns: 300 },
    );
  });
}
