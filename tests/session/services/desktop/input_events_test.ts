import assert from "node:assert/strict";
import fc from "fast-check";
import {
  encodeInputEvent,
  type InputEvent,
  InputEventReader,
  InputFault,
} from "../../../../session/services/desktop/input_events.ts";

const u16 = fc.nat({ max: 65_535 });
const i16 = fc.integer({ min: -32_768, max: 32_767 });
const event: fc.Arbitrary<InputEvent> = fc.oneof(
  fc.record({
    is: fc.constant("key" as const),
    down: fc.boolean(),
    code: fc.constantFrom("KeyA", "Digit1", "ControlLeft", "", "X".repeat(32)),
    key: fc.constantFrom("a", "é", "日", "😀", "Enter", "Dead", "x".repeat(32)),
  }),
  fc.record({
    is: fc.constant("button" as const),
    down: fc.boolean(),
    button: fc.nat({ max: 4 }),
    x: u16,
    y: u16,
  }),
  fc.record({ is: fc.constant("wheel" as const), dx: i16, dy: i16, x: u16, y: u16 }),
  fc.record({
    is: fc.constant("text" as const),
    text: fc.string({ unit: "grapheme", minLength: 1, maxLength: 200 }),
  }),
);

const joined = (pieces: readonly Uint8Array[]) => Uint8Array.from(pieces.flatMap((piece) => [...piece]));

Deno.test("input events as bytes: the vectors of the page", () => {
  const hex = (event: InputEvent) => encodeInputEvent(event).toHex();
  assert.equal(hex({ is: "key", down: true, code: "KeyZ", key: "y" }), "0101044b65795a0179");
  assert.equal(hex({ is: "key", down: false, code: "", key: "€" }), "01000003e282ac");
  assert.equal(hex({ is: "button", down: true, button: 2, x: 258, y: 3 }), "02010201020003");
  assert.equal(hex({ is: "wheel", dx: -1, dy: 120, x: 1, y: 2 }), "03ffff007800010002");
  assert.equal(hex({ is: "text", text: "ß" }), "040002c39f");
});

Deno.test("events come back as they went, whatever pieces their bytes come in", () => {
  fc.assert(fc.property(fc.array(event), fc.array(fc.nat({ max: 50 })), (events, cuts) => {
    const bytes = joined(events.map(encodeInputEvent));
    const reader = new InputEventReader();
    const read: InputEvent[] = [];
    let at = 0;
    for (const cut of [...cuts, bytes.length]) read.push(...reader.push(bytes.subarray(at, at += cut)));
    assert.deepEqual(read, events.map((event) => ({ ...event })));
  }));
});

Deno.test("bytes that are no event are refused at the first wrong one, and never wait for more than an event", () => {
  const wrong = [
    [0],
    [5],
    [1, 2],
    [1, 1, 33],
    [1, 1, 0, 33],
    [1, 1, 0, 0],
    [1, 1, 1, 0x2e, 1, 0x61],
    [1, 1, 1, 0x61, 1, 0x07],
    [1, 1, 0, 1, 0xff],
    [2, 3],
    [2, 0, 5],
    [4, 0, 0],
    [4, 0x10, 1],
    [4, 0, 1, 0x80],
  ];
  for (const bytes of wrong) {
    assert.throws(() => new InputEventReader().push(Uint8Array.from(bytes)), InputFault, `${bytes}`);
    // A piece at a time.
    const reader = new InputEventReader();
    assert.throws(() => bytes.forEach((byte) => reader.push(Uint8Array.of(byte))), InputFault, `${bytes}`);
  }
});

Deno.test("whatever bytes come, reading ends with events of which each can be sent again, or with an InputFault", () => {
  const noise = fc.array(
    fc.oneof(
      event.map((event) => [...encodeInputEvent(event)]),
      fc.array(fc.nat({ max: 255 }), { maxLength: 6 }),
    ),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(noise, (pieces) => {
      try {
        for (const event of new InputEventReader().push(Uint8Array.from(pieces.flat()))) {
          assert.deepEqual(new InputEventReader().push(encodeInputEvent(event)), [event]);
        }
      } catch (error) {
        assert.ok(error instanceof InputFault, String(error));
      }
    }),
    { numRuns: 1000 },
  );
});

Deno.test("what no host would take is not sent", () => {
  for (
    const event of [
      { is: "key", down: true, code: "x".repeat(33), key: "x" },
      { is: "key", down: true, code: "", key: "" },
      { is: "key", down: true, code: "KeyA", key: "\x1b" },
      { is: "button", down: true, button: 5, x: 0, y: 0 },
      { is: "text", text: "" },
      { is: "text", text: "x".repeat(4097) },
    ] as const
  ) assert.throws(() => encodeInputEvent(event), InputFault, JSON.stringify(event));
});
