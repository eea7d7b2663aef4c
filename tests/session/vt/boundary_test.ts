import assert from "node:assert/strict";
import fc from "fast-check";
import { Boundary, MAX_UNFINISHED } from "../../../session/vt/boundary.ts";
import { makeScreen } from "../vt_state.ts";
import { stream } from "../vt_stream.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const RUNS = Number(Deno.env.get("BEACH_PROPERTY_RUNS") ?? 300);

Deno.test("a cut inside an escape or UTF-8 sequence is never called safe, and the tail is what is unfinished", () => {
  const cases: [string | Uint8Array, number, string][] = [
    ["plain\r\n", 7, ""],
    ["ab\x1b", 2, "\x1b"],
    ["ab\x1b[31", 2, "\x1b[31"],
    ["ab\x1b[31m", 7, ""],
    ["ab\x1b[3\n1", 2, "\x1b[31"], // the line feed is carried out already
    ["\x1b]0;tit", 0, "\x1b]0;tit"],
    ["\x1b]0;tit\x07", 8, ""],
    ["\x1b]0;tit\x1b", 0, "\x1b"], // the title is set already
    ["\x1bPq#1", 0, "\x1bPq#1"],
    ["\x1b[3\x18x", 5, ""],
    [Uint8Array.of(0x61, 0xe4, 0xb8), 1, "\xe4\xb8"],
    [Uint8Array.of(0x61, 0xe4, 0xb8, 0xad), 4, ""],
    [Uint8Array.of(0xe4, 0xb8, 0x41), 3, ""],
    [Uint8Array.of(0xc2, 0x9b, 0x31), 0, "\xc2\x9b1"],
    [Uint8Array.of(0xff, 0x80), 2, ""],
  ];
  for (const [input, cut, tail] of cases) {
    const bytes = typeof input === "string" ? encode(input) : input;
    const boundary = new Boundary(1000);
    boundary.push(bytes);
    assert.equal(boundary.lastCut, 1000 + cut, JSON.stringify(input));
    assert.equal(String.fromCharCode(...boundary.resume()), tail, JSON.stringify(input));
    assert.equal(boundary.atGround, tail === "");
    assert.equal(boundary.offset, 1000 + bytes.length);
  }
});

Deno.test("it stands where the emulator's own parser stands, after every byte", () => {
  const byte = fc.oneof(
    fc.constantFrom(0x1b, 0x5b, 0x5d, 0x50, 0x58, 0x07, 0x5c, 0xc2, 0x90, 0x9b, 0x9c, 0x3f, 0x18, 0x20, 0x7f),
    fc.integer({ min: 0, max: 255 }),
  );
  const bytes = fc.oneof(stream, fc.array(byte, { maxLength: 120 }).map((list) => new Uint8Array(list)));
  fc.assert(
    fc.property(bytes, (bytes) => {
      const screen = makeScreen(20, 8, 0);
      const whole = new Boundary();
      let cut = 0;
      bytes.forEach((_, i) => {
        screen.write(bytes.subarray(i, i + 1));
        assert.equal(
          screen.boundary.state,
          screen.emulator._inputHandler._parser.currentState,
          `after byte ${i}`,
        );
        if (screen.boundary.atGround) cut = i + 1;
      });
      whole.push(bytes);
      assert.equal(whole.lastCut, cut);
      assert.deepEqual(whole.resume(), screen.boundary.resume());
    }),
    { numRuns: RUNS },
  );
});

Deno.test("of an endless string only an opening is kept, which makes its rest be ignored", () => {
  for (const [start, end] of [["\x1b]52;c;", "\x07"], ["\x1bPq", "\x1b\\"], ["\x1b_G", "\x1b\\"]]) {
    const boundary = new Boundary();
    boundary.push(encode(start + "A".repeat(MAX_UNFINISHED)));
    const resume = boundary.resume();
    assert.ok(resume.length < 16);
    const screen = makeScreen(20, 8);
    screen.write(resume);
    screen.write(encode(`AAAA${end}shown`));
    assert.equal(screen.lines(0, 1).rows[0]![0], "shown");
  }
});
