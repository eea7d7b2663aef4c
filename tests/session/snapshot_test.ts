import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, makeScreen } from "./vt_state.ts";
import { stream } from "./vt_stream.ts";

/** 20 columns: the streams have rows exactly that wide. */
const COLS = 20;
const ROWS = 8;
const RUNS = Number(Deno.env.get("BEACH_PROPERTY_RUNS") ?? 400);

Deno.test("a snapshot at any byte, and the rest of the stream, end where the whole stream ends", () => {
  fc.assert(
    fc.property(stream, fc.nat(), (bytes, at) => {
      const cut = at % (bytes.length + 1);
      const whole = makeScreen(COLS, ROWS);
      whole.write(bytes.subarray(0, cut));
      const snapshot = whole.snapshot();
      assert.equal(snapshot.version, cut);
      const copy = makeScreen(7, 3);
      copy.write(new TextEncoder().encode("\x1b[31;4mgarbage\x1b[?1049h\x1b[2;3r\x1b]0;x\x07\xc3"));
      copy.load(snapshot);
      assert.equal(copy.version, cut);
      assert.equal(describe(copy), describe(whole), `at the cut ${cut}`);
      whole.write(bytes.subarray(cut));
      copy.write(bytes.subarray(cut));
      assert.equal(describe(copy), describe(whole), `after the rest from ${cut}`);
      assert.equal(whole.faults + copy.faults, 0);
    }),
    { numRuns: RUNS },
  );
});
