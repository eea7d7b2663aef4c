import assert from "node:assert/strict";
import fc from "fast-check";
import { listFiles, ROOT } from "../../../scripts/files.ts";
import { describe, makeScreen } from "../vt_state.ts";
import { cpuTime } from "../../support/cpu_time.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const LARGEST = 2147483647;

Deno.test("every control sequence with the largest parameters costs no more than a screenful", () => {
  const finals = Array.from({ length: 0x7f - 0x40 }, (_, i) => String.fromCharCode(0x40 + i));
  const forms = ["", "?", ">", "=", "<"].flatMap((prefix) =>
    ["", " ", "!", '"', "$", "'", "*", "#"].flatMap((mid) => finals.map((final) => ({ prefix, mid, final })))
  );
  /** What one may take, ms: to clear the screen takes 0.02. */
  const MOST = 5;
  for (const parameters of [`${LARGEST}`, `${LARGEST};${LARGEST};${LARGEST}`, "65535"]) {
    const screen = makeScreen(80, 24, 10_000);
    for (const { prefix, mid, final } of forms) {
      // Each begins on a terminal that was reset: to make another takes ten times as long as all that is measured.
      screen.write(encode("\x1bctext\x1b[5;9He\u0301"));
      const sequence = `\x1b[${prefix}${parameters}${mid}${final}`;
      const bytes = encode(sequence.repeat(10));
      const times = [0, 1, 2].map(() => {
        const spent = cpuTime();
        screen.write(bytes);
        return spent() / 10;
      });
      // The quickest of three: other programs run beside.
      assert.ok(
        Math.min(...times) < MOST,
        `${JSON.stringify(sequence)}: ${times.map((t) => t.toFixed(1))} ms`,
      );
      assert.equal(screen.faults, 0);
    }
  }
});

Deno.test("on the largest screen a megabyte of scrolling is over in the time of clearing as often", () => {
  const took = (sequence: string) => {
    const screen = makeScreen(1000, 1000, 100);
    const spent = cpuTime();
    for (let i = 0; i < 20; i++) screen.write(encode(sequence));
    return spent() / 20;
  };
  const clear = took("x\x1b[2J");
  for (const final of ["S", "T", "L", "M", "b"]) {
    const each = took(`x\x1b[${LARGEST}${final}`);
    assert.ok(each < 10 * clear + 5, `${final}: ${each.toFixed(1)} ms, clearing ${clear.toFixed(1)}`);
  }
});

Deno.test("rows that are inserted, deleted and scrolled at once are those of one after the other", () => {
  const step = fc.record({
    row: fc.integer({ min: 1, max: 10 }),
    final: fc.constantFrom(..."LMST"),
    count: fc.oneof(fc.integer({ min: 0, max: 12 }), fc.constant(LARGEST)),
  });
  const region = fc.constantFrom("", "\x1b[3;7r", "\x1b[2;10r", "\x1b[?1049h", "\x1b[44m");
  fc.assert(fc.property(region, fc.array(step, { minLength: 1, maxLength: 8 }), (before, steps) => {
    const text = Array.from({ length: 14 }, (_, i) => `row ${i} ${"=".repeat(i % 3 ? 3 : 14)}`).join("\r\n") +
      before;
    const [atOnce, each] = [makeScreen(20, 10), makeScreen(20, 10)];
    for (const screen of [atOnce, each]) screen.write(encode(text));
    for (const { row, final, count } of steps) {
      atOnce.write(encode(`\x1b[${row};3H\x1b[${count}${final}`));
      each.write(encode(`\x1b[${row};3H${`\x1b[1${final}`.repeat(Math.min(Math.max(count, 1), 20))}`));
      // IL and DL leave the cursor in the first column, where each of ours begins too.
    }
    assert.equal(describe(atOnce), describe(each));
  }));
});

Deno.test("REP repeats up to a screenful of cells", () => {
  const screen = makeScreen(10, 4);
  screen.write(encode(`ab\x1b[12bc`));
  assert.deepEqual(screen.lines(0, 2).rows, [["abbbbbbbbb", true], ["bbbbc", false]]);
  const largest = makeScreen(1000, 1000, 100);
  largest.write(encode(`a\x1b[${LARGEST}b`));
  assert.equal(largest.history.top, 0);
  assert.equal(largest.emulator._bufferService.buffers.active.y, 65);
});

Deno.test("the inside of an emulator is reached in one place, which guards it first", async () => {
  const reached: string[] = [];
  const made: string[] = [];
  for (const path of await listFiles(ROOT)) {
    if (!/^(?:cli|session|road\/web)\/.*\.ts$/.test(path)) continue;
    const text = await Deno.readTextFile(ROOT + path);
    if (/\bemulatorOf\(/.test(text)) reached.push(path);
    if (/new (?:xterm\.)?Terminal\(/.test(text) && !/new Screen\(|guardedEmulator\(/.test(text)) {
      made.push(path);
    }
  }
  assert.deepEqual(reached, [
    "session/emulator/checked_internals.ts",
    "session/emulator/guarded_emulator.ts",
  ]);
  assert.deepEqual(made, [], "made without a guard");
});
