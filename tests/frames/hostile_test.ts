/** Whatever bytes come, decoding ends soon, with a packet within all limits or with a WireError. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { encode, MAX_INTEGER, type Value, WireError } from "../../frames/codec.ts";
import { frameValue } from "../../frames/frame.ts";
import { MAX_DATA, MAX_ROW, MAX_ROWS } from "../../frames/limits.ts";
import { decodePacket, encodePacket, type OwnPacket, type Packet } from "../../frames/packet.ts";
import { hostile, hostileHeader } from "./hostile.ts";

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
  let packet: Packet;
  try {
    packet = decodePacket(bytes);
  } catch (error) {
    assert.ok(error instanceof WireError, String(error));
    return;
  }
  assertBounded({ ...packet });
  // What was passed over, or not read, is not there to be encoded.
  if (packet.unknown > 0 || packet.frames.some(({ type }) => type === "OtherProtocol")) return;
  assert.ok(equal(encodePacket(packet as OwnPacket), bytes), "another form of the same packet");
}

for (const [type, frame] of Object.entries(hostile)) {
  const packet = fc.record({ header: fc.option(hostileHeader), frame });

  Deno.test(`every ${type} at the edges decodes to itself`, () => {
    fc.assert(fc.property(packet, ({ header, frame }) => {
      const bytes = encodePacket({ header, frames: [frame] });
      // A few are larger than a packet may be: links refuse them.
      assert.deepEqual(decodePacket(bytes).frames.map(({ type }) => type), [type]);
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
      Array.from({ length: 33 }, () => "x"),
      Array.from({ length: 9 }, (_, i) => i),
      [3, 2, 1, 0],
    );
    fc.assert(
      fc.property(packet, wrong, fc.nat(), fc.nat({ max: 255 }), ({ header, frame }, value, at, byte) => {
        const good = encodePacket({ header, frames: [frame] });
        const list = frame.type === "Probe" ? [] : frameValue(frame);
        const wrong = list.slice();
        wrong[at % Math.max(1, list.length)] = value;
        assertDecodesOrRefuses(encode([null, wrong]));
        assertDecodesOrRefuses(encode([null, list, value]));
        assertDecodesOrRefuses(encode([value, list]));
        const changed = good.slice();
        changed[at % good.length] = byte;
        assertDecodesOrRefuses(changed);
        assertDecodesOrRefuses(good.subarray(0, at % good.length));
      }),
      { numRuns: 300 },
    );
  });
}
