import assert from "node:assert/strict";
import fc from "fast-check";
import { joinNals, nalType, splitNals } from "../../../../cli/desktop/codec/start_codes.ts";

const bytes = (...values: number[]) => Uint8Array.from(values);

Deno.test("start codes: of three and of four bytes, also within one picture", () => {
  const stream = bytes(
    0,
    0,
    0,
    1,
    0x67,
    1,
    2,
    0,
    0,
    1,
    0x68,
    3,
    0,
    0,
    0,
    1,
    0x65,
    0,
    0,
    3,
    1,
    0,
    0,
    1,
    0x65,
    9,
  );
  const wanted = [bytes(0x67, 1, 2), bytes(0x68, 3), bytes(0x65, 0, 0, 3, 1), bytes(0x65, 9)];
  assert.deepEqual(splitNals(stream), wanted);
  assert.deepEqual(wanted.map(nalType), [7, 8, 5, 5]);
});

Deno.test("start codes: padding, empty units and what is before the first are left out", () => {
  assert.deepEqual(splitNals(bytes()), []);
  assert.deepEqual(splitNals(bytes(5, 6, 0, 0)), []);
  assert.deepEqual(splitNals(bytes(9, 9, 0, 0, 1, 0, 0, 1, 0x65, 7, 0, 0, 0)), [bytes(0x65, 7)]);
  assert.deepEqual(splitNals(bytes(0, 0, 1)), []);
});

Deno.test("start codes: what was joined is split again, and the parts are copies", () => {
  // As the standard has it: no start code within a unit, none ends with a zero.
  const unit = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((given) => {
    const unit = given.map((byte, at) => byte <= 1 && given[at - 1] === 0 ? 3 : byte);
    return unit.at(-1) === 0 ? Uint8Array.from([...unit, 0x80]) : Uint8Array.from(unit);
  });
  fc.assert(fc.property(fc.array(unit, { maxLength: 8 }), (units) => {
    const stream = joinNals(units);
    const split = splitNals(stream);
    stream.fill(0xff);
    assert.deepEqual(split, units);
  }));
});
