import assert from "node:assert/strict";
import type xterm from "@xterm/headless";
import fc from "fast-check";
import { describe, makeScreen } from "../vt_state.ts";
import { stream } from "../vt_stream.ts";

/** 20 columns: the streams have rows exactly that wide. */
const COLS = 20;
const ROWS = 8;
const RUNS = Number(Deno.env.get("BEACH_PROPERTY_RUNS") ?? 400);

/** Takes a snapshot after `cut` bytes, loads it where other things were, and gives both screens the rest. */
function check(bytes: Uint8Array, cut: number): void {
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
}

Deno.test("a snapshot at any byte, and the rest of the stream, end where the whole stream ends", () => {
  fc.assert(fc.property(stream, fc.nat(), (bytes, at) => check(bytes, at % (bytes.length + 1))), {
    numRuns: RUNS,
  });
});

// What random streams find once in a hundred thousand.
const RARE: Record<string, string> = {
  "a pen that DECRC changed": "\x1b(K\x1b8\x1b[40m x",
  "a letter that its charset prints, printed by another": "\x1b(4]\u0301|",
  "keyboard flags of the screen that is not shown": "\x1b[?1049h\x1b[>1u\x1b[?1049l\x1b[?1049h",
  "charsets saved on one screen and restored on the other":
    "\x1b(0q\x1b[?1049h\x1b)4\x0e]\x1b[?1048l]\x1b[?47l\x1b8q",
  "a letter behind a mark that goes before it": "\x1b(4\u0600]x",
  "a wrap below the margins in insert mode": "\x1b[?6h\x1b[3;5r\x1b[4h\x1b[?47h\x1b[8;20Hx\x1b[?47lyz",
  "a letter typed above them in insert mode": "\x1b[?6h\x1b[3;5r\x1b[4h\x1b[?47h\x1b[1;5H\x1b[?47lx\u0301y",
  "a cursor above the margins that it is bound to": "\x1b[?6h\x1b[2;7r\x1b[?1047h\x1b[A\x1b[?47lx\x1b[Bx",
};
for (const [what, text] of Object.entries(RARE)) {
  Deno.test(`a snapshot holds ${what}`, () => {
    const bytes = new TextEncoder().encode(text);
    for (let cut = 0; cut <= bytes.length; cut++) check(bytes, cut);
  });
}

Deno.test("DECRC brings back all charsets that DECSC saved, and which was in force", () => {
  const screen = makeScreen(COLS, ROWS);
  screen.write(new TextEncoder().encode("\x1b(0\x1b)4\x0e\x1b7\x1b(B\x1b)B\x0fq]\r\n\x1b8]\x0fq"));
  const { active } = (screen.terminal as xterm.Terminal).buffer;
  assert.equal(active.getLine(0)?.translateToString(true), "|─");
  screen.write(new TextEncoder().encode("\x1b[!p\x1b8q]"));
  assert.equal(active.getLine(0)?.translateToString(true), "q]");
});
