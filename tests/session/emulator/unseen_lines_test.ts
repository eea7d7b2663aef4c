/** Lines that are left out of a write: the screen is the same to the last bit as after parsing all of it. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Screen } from "../../../session/screen/screen.ts";
import type { EmulatorBuffer } from "../../../session/emulator/xterm_internals.ts";
import { unseenLines } from "../../../session/emulator/skippable_lines.ts";
import { describe, makeScreen } from "../vt_state.ts";
import { narrowWithoutWrap, piece } from "../vt_stream.ts";
import { cpuTime } from "../../support/cpu_time.ts";

const COLS = 20;
const ROWS = 4;
const RUNS = Number(Deno.env.get("BEACH_PROPERTY_RUNS") ?? 400);
const encode = (text: string) => new TextEncoder().encode(text);

/** All that the normal screen and its scrollback hold, cell by cell as the emulator packs it. */
function everyRow(buffer: EmulatorBuffer): string {
  const rows: string[] = [];
  for (let y = 0; y < buffer.lines.length; y++) {
    const line = buffer.lines.get(y)!;
    rows.push(
      `${line.isWrapped} ${line._data.join()} ${JSON.stringify([line._combined, line._extendedAttrs])}`,
    );
  }
  return rows.join("\n");
}

function same(screen: Screen, reference: Screen, where: string): void {
  const { history } = reference;
  const numbers = (h: typeof history) => [h.era, h.first, h.top, h.end];
  assert.deepEqual(numbers(screen.history), numbers(history), `row numbers ${where}`);
  assert.deepEqual(screen.lines(0, history.end), reference.lines(0, history.end), `history ${where}`);
  assert.equal(describe(screen), describe(reference), where);
  const [a, b] = [screen.snapshot(), reference.snapshot()];
  assert.deepEqual({ ...a, data: 0 }, { ...b, data: 0 }, where);
  assert.deepEqual(a.data, b.data, `snapshot ${where}`);
  const buffers = (s: Screen) => s.emulator._bufferService.buffers;
  assert.equal(everyRow(buffers(screen).normal), everyRow(buffers(reference).normal), `cells ${where}`);
  const state = (s: Screen) => [
    s.emulator._inputHandler._parser.precedingJoinState,
    s.emulator._inputHandler._parser.currentState,
    buffers(s).active === buffers(s).normal,
    buffers(s).normal.ybase,
    buffers(s).normal.ydisp,
  ];
  assert.deepEqual(state(screen), state(reference), where);
}

/** What makes a line not plain, or plain lines not scroll plainly: weighted so that much of it lies around floods. */
const disturbance = fc.oneof(
  { weight: 4, arbitrary: piece },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ..."\x1b[44m|\x1b[2;3r|\x1b[1;3r|\x1b[2;4r|\x1b[r|\x1b[?1049h|\x1b[?1049l|\x1b[?6h|\x1b[?6l|\x1b[?7l|\x1b[?7h|\x1b[4h|\x1b[4l"
        .split(
          "|",
        ),
      ..."\x1b(0|\x1b(B|\x0e|\x0f|\x1b]8;;http://a\x07|\x1b]8;;\x07|\x1b[20h|\x1b[20l|\x1b7|\x1b8|\x1b[3J|\x1bc|\x1b[3b"
        .split(
          "|",
        ),
      // Strings that lines which follow belong to.
      ..."\x1bPq|\x1b]0;title|\x1b_apc|\x1b[38;5|\x1b\\|\x07|\x1b[H|\x1b[A".split("|"),
      ..."\n|\r|\t|\r\n|中|wrap past the edge of a row|exactly twenty cells|x\ty\r\n|e\u0301\r\n|a\rb\r\n|a\nb\r\n"
        .split(
          "|",
        ),
    ),
  },
);
/** A run of lines: some empty, some wider than a row. */
const flood = fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 200 }), fc.constantFrom(1, 5, 20, 21, 47)).map(
  ([from, count, width]) =>
    Array.from({ length: count }, (_, i) => "".padEnd((i * 7) % (width + 1), `${from + i}.`) + "\r\n").join(
      "",
    ),
);
const pieces = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: flood },
    { weight: 2, arbitrary: disturbance },
    { weight: 1, arbitrary: fc.stringMatching(/^[ -~]{1,50}$/) },
  ),
  { minLength: 2, maxLength: 16 },
);
/** A stream, and what comes after it. */
const streams = fc.tuple(pieces, pieces).map(([first, rest]) => {
  const all = narrowWithoutWrap([...first, ...rest]);
  return [encode(all.slice(0, first.length).join("")), encode(all.slice(first.length).join(""))] as const;
});

Deno.test("a screen that is given much at once is the same as one that is given it byte by byte", () => {
  let leftOut = 0;
  let written = 0;
  fc.assert(
    fc.property(
      streams,
      fc.constantFrom(0, 0, 3, 10, 40, 200),
      fc.array(fc.nat(), { maxLength: 3 }),
      fc.nat(60),
      ([bytes, rest], scrollback, cuts, spare) => {
        const screen = makeScreen(COLS, ROWS, scrollback);
        const reference = makeScreen(COLS, ROWS, scrollback);
        const ends = [...cuts.map((at) => at % bytes.length), bytes.length].toSorted((a, b) => a - b);
        let at = 0;
        for (const end of ends) {
          screen.write(bytes.subarray(at, end));
          screen.plain!.reserve(spare);
          for (; at < end; at++) reference.write(bytes.subarray(at, at + 1));
          same(screen, reference, `at ${at}, scrollback ${scrollback}`);
        }
        leftOut += screen.leftOut;
        written += screen.plain!.written;
        // What no comparison sees shows in what later bytes do.
        screen.write(rest);
        for (let i = 0; i < rest.length; i++) reference.write(rest.subarray(i, i + 1));
        same(screen, reference, `after the rest, scrollback ${scrollback}`);
        assert.equal(reference.leftOut + reference.plain!.written, 0);
      },
    ),
    { numRuns: RUNS },
  );
  assert.ok(leftOut > RUNS * 100, `only ${leftOut} bytes were left out in all`);
  assert.ok(written > RUNS * 100, `only ${written} bytes were written without the parser in all`);
});

const lines = (count: number, text = "line") =>
  Array.from({ length: count }, (_, i) => `${text} ${i}\r\n`).join("");
const limits = { cols: COLS, rows: ROWS, kept: 14 };

Deno.test("lines are left out between what brings the cursor down and as many as are kept", () => {
  const text = "mid" + lines(100);
  const found = unseenLines(encode(text), limits);
  const ends = [...text.matchAll(/\n/g)].map((match) => match.index + 1);
  assert.deepEqual(found, [{ from: ends[4], to: ends[85], rows: 81 }]);
  // Rows, not lines, where they wrap.
  const long = ("x".repeat(41) + "\r\n").repeat(100);
  assert.equal(unseenLines(encode(long), limits)[0]!.rows, 81 * 3);
});

Deno.test("each run of plain lines is looked at by itself", () => {
  const bytes = encode(lines(50) + "\x1b[31m" + lines(10) + "中\r\n" + lines(60) + "\x1b[m");
  const found = unseenLines(bytes, limits);
  assert.deepEqual(found.map(({ rows }) => rows), [31, 42]);
});

for (
  const [name, text] of [
    ["too few lines", lines(19)],
    ["many lines, but with a sequence in every tenth", (lines(10) + "\x1b[m").repeat(20)],
    ["lines that end in a line feed alone", "a\n".repeat(100)],
    ["one long line", "x".repeat(5000)],
  ] as const
) {
  Deno.test(`nothing is left out of ${name}`, () => {
    assert.deepEqual(unseenLines(encode(text), limits), []);
  });
}

for (
  const [name, before] of [
    ["the alternate screen", "\x1b[?1049h"],
    ["a scroll region", "\x1b[2;3r\x1b[3H"],
    ["a device control string", "\x1bPq"],
    ["line drawing", "\x1b(0"],
    ["another column than the first", "a\n".repeat(ROWS + 1)],
    ["insert mode", "\x1b[4h"],
    ["no autowrap", "\x1b[?7l"],
  ] as const
) {
  Deno.test(`nothing is left out in ${name}`, () => {
    const screen = makeScreen(COLS, ROWS, 10);
    screen.write(encode(before + lines(200)));
    assert.equal(screen.leftOut, 0);
    // The same without it, so that this test can fail.
    const plain = makeScreen(COLS, ROWS, 10);
    plain.write(encode(lines(200)));
    assert.ok(plain.leftOut > 1000);
  });
}

Deno.test("a write that qualifies nowhere is not looked at over and over", () => {
  // Each line by itself may be left out, the next one not: 60,000 times, were each tried on its own.
  const text = "ab\r\n\n".repeat(60_000);
  const spent = cpuTime();
  for (let i = 0; i < 5; i++) unseenLines(encode(text), { cols: 80, rows: 24, kept: 34 });
  const ms = spent() / 5;
  assert.ok(ms < 50, `${ms} ms for ${text.length} bytes`);
});
