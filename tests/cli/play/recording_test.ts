import assert from "node:assert/strict";
import fc from "fast-check";
import { readRecording, withoutPauses } from "../../../cli/play/recording.ts";
import { Failure } from "../../../cli/process/failure.ts";
import { cast, castBytes, V2, V3 } from "./casts.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("recordings: version 2 counts from the begin, 3 from the event before; what is not shown passes time", () => {
  const shown = [
    { at: 500, kind: "output", text: "a" },
    { at: 2000, kind: "size", size: { cols: 100, rows: 30 } },
    { at: 2500, kind: "mark", text: "here" },
  ];
  const two = cast(V2, [0.5, "o", "a"], [1, "i", "x"], [2, "r", "100x30"], [2.5, "m", "here"]);
  const three = cast(V3, [0.5, "o", "a"], [0.5, "i", "x"], [1, "r", "100x30"], [0.5, "m", "here"], [
    1,
    "x",
    "0",
  ]);
  assert.deepEqual(two.events, shown);
  assert.deepEqual(three.events, shown);
  assert.deepEqual([two.size, three.size], [{ cols: 40, rows: 6 }, { cols: 40, rows: 6 }]);
});

Deno.test("recordings: a last line that was cut off is no fault, comments and kinds to come are passed over", () => {
  const text = `${JSON.stringify(V3)}\n# a comment\n\n[0.1,"o","a"]\n[0.1,"z",{"any":1}]\n[0.1,"o","b`;
  const recording = readRecording(bytes(text), "x");
  assert.deepEqual([recording.cut, recording.events.map(({ at }) => at)], [true, [100]]);
  for (let end = JSON.stringify(V3).length; end < text.length; end++) {
    readRecording(bytes(text.slice(0, end)), "x");
  }
});

Deno.test("recordings: what is none is refused in one line that says where", () => {
  const refused = (...lines: readonly unknown[]) => {
    try {
      cast(...lines);
    } catch (error) {
      assert.ok(error instanceof Failure);
      return error.message.replace(/^.*version 2 or 3\. /, "");
    }
    assert.fail("taken");
  };
  assert.equal(refused([]), "Its first line is no header.");
  assert.equal(refused({ version: 1 }), "It says version 1.");
  assert.equal(refused({ ...V2, version: "\x1b[2J" }), "It says version of none.");
  assert.equal(refused({ ...V2, width: 1e9 }), "It names no size up to 1000x1000.");
  assert.equal(refused({ version: 3, term: null }), "It names no size up to 1000x1000.");
  for (const line of [5, [], ["o", 1], [-1, "o", "a"], [null, "o", "a"], [1, "o", 2], "x"]) {
    assert.equal(refused(V2, [0, "o", "ok"], line), "Line 3 is no event.");
  }
});

Deno.test("recordings: any bytes are read or refused; times never go back and sums stay finite", () => {
  const line = fc.tuple(
    fc.oneof(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }), fc.constant(1e308)),
    fc.constantFrom("o", "r", "m", "i", "x", "?"),
    fc.oneof(fc.string(), fc.constantFrom("1x1", "99999x99999", "0x0", "80x24")),
  );
  fc.assert(fc.property(fc.constantFrom<unknown>(V2, V3), fc.array(line), (header, lines) => {
    const { events } = readRecording(castBytes(header, ...lines), "x");
    let before = 0;
    for (const { at } of withoutPauses(events, 1e9)) {
      assert.ok(at >= before && Number.isFinite(at));
      before = at;
    }
    for (const event of events) {
      if (event.kind === "size") assert.ok(event.size.cols >= 2 && event.size.cols <= 1000);
    }
  }));
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (some) => {
    assert.throws(() => readRecording(some, "x"), Failure);
    try {
      readRecording(new Uint8Array([...castBytes(V2), ...some]), "x");
    } catch (error) {
      assert.ok(error instanceof Failure);
    }
  }));
});

Deno.test("recordings: pauses are cut to the limit", () => {
  const { events } = cast(V2, [10, "o", "a"], [10.5, "o", "b"], [100, "o", "c"]);
  assert.deepEqual(withoutPauses(events, 1000).map(({ at }) => at), [1000, 1500, 2500]);
});
