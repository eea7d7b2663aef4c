import assert from "node:assert/strict";
import type xterm from "@xterm/headless";
import fc from "fast-check";
import { readCell } from "../../../session/emulator/attributes.ts";
import { EMPTY } from "../../../session/render/grid.ts";
import { rowCells } from "../../../session/render/row_cells.ts";
import { cleanRow } from "../../../session/screen/row_text.ts";
import type { Screen } from "../../../session/screen/screen.ts";
import { describe, makeScreen } from "../vt_state.ts";
import { stream } from "../vt_stream.ts";

const RUNS = Number(Deno.env.get("BEACH_PROPERTY_RUNS") ?? 300);
const ON = "\x1b[?2027h";
const OFF = "\x1b[?2027l";
const encode = (text: string) => new TextEncoder().encode(text);

/** A row of the screen as its cells, `text:width`. */
function cells(screen: Screen, y = 0): string[] {
  const line = screen.emulator._bufferService.buffers.active.lines.get(y)!;
  const out: string[] = [];
  const cell = { ...EMPTY };
  for (let x = 0; x < line.length; x++) {
    readCell(line, x, cell);
    if (cell.width > 0 && cell.chars !== "") out.push(`${cell.chars}:${cell.width}`);
  }
  return out;
}

function show(text: string, cols = 40): Screen {
  const screen = makeScreen(cols, 4);
  screen.write(encode(text));
  return screen;
}

const EXAMPLES: readonly [name: string, text: string, byCodePoint: string[], clusters: string[]][] = [
  ["a family", "👩‍👩‍👧", ["👩\u200d:2", "👩\u200d:2", "👧:2"], ["👩‍👩‍👧:2"]],
  ["a symbol made an emoji", "❤\ufe0f", ["❤\ufe0f:1"], ["❤\ufe0f:2"]],
  ["a skin colour", "👍🏽", ["👍:2", "🏽:2"], ["👍🏽:2"]],
  ["a flag", "🇩🇪🇫", ["🇩:1", "🇪:1", "🇫:1"], ["🇩🇪:2", "🇫:1"]],
  ["an emoji of Unicode 15", "\u{1fae8}", ["\u{1fae8}:2"], ["\u{1fae8}:2"]],
  ["what is not seen", "a\u200b\u2060\u202eb\u2066", ["a\u200b\u2060\u202e:1", "b\u2066:1"], [
    "a\u200b\u2060\u202e:1",
    "b\u2066:1",
  ]],
  ["a Devanagari vowel", "नि", ["न:1", "ि:1"], ["नि:1"]],
  ["Hangul letters", "각", ["각:2"], ["각:2"]],
  ["a lone mark at a row's start", "\u0301a", ["a:1"], ["a:1"]],
  ["a mark on a blank", "\x1b[3G\u0301", [" \u0301:1"], [" \u0301:1"]],
  ["a mark behind a move", "e\x1b[5G\x1b[2G\u0301f", ["e\u0301:1", "f:1"], ["e\u0301:1", "f:1"]],
  ["a mark on a wide one behind a move", "中\x1b[3G\u0301f", ["中\u0301:2", "f:1"], ["中\u0301:2", "f:1"]],
];
for (const [name, text, byCodePoint, clusters] of EXAMPLES) {
  Deno.test(`${name} takes the columns that wcwidth counts, and those of a cluster in mode 2027`, () => {
    assert.deepEqual(cells(show(text)), byCodePoint);
    assert.deepEqual(cells(show(ON + text)), clusters);
    assert.deepEqual(cells(show(ON + OFF + text)), byCodePoint);
    assert.deepEqual(cells(show(ON + "\x1bc" + text)), byCodePoint);
  });
}

Deno.test("a mark in the last column stays there, and moves nothing", () => {
  const screen = show("abcde\u0301\x1b[5G\x1b[C\u0302", 5);
  assert.deepEqual(cells(screen), ["a:1", "b:1", "c:1", "d\u0302:1", "e\u0301:1"]);
  assert.equal((screen.terminal as xterm.Terminal).buffer.active.cursorY, 0);
});

Deno.test("REP repeats a whole cell, by code point and by cluster", () => {
  assert.deepEqual(cells(show("e\u0301\x1b[2b")), ["e\u0301:1", "e\u0301:1", "e\u0301:1"]);
  assert.deepEqual(cells(show(`${ON}👍🏽\x1b[1b`)), ["👍🏽:2", "👍🏽:2"]);
});

Deno.test("a snapshot holds cells of both modes, and the mode, at any cut", () => {
  const text = `👩‍👩‍👧❤\ufe0f|${ON}👩‍👩‍👧❤\ufe0f🇩🇪|${OFF}🇩🇪❤\ufe0f\x1b[2;36H${ON}👍🏽${OFF}\u0301\r\n${ON}नि`;
  const bytes = encode(text);
  const host = makeScreen(37, 4);
  for (let cut = 0; cut <= bytes.length; cut++) {
    const copy = makeScreen(7, 3);
    copy.write(encode(ON + "x"));
    copy.load(host.snapshot());
    assert.equal(describe(copy), describe(host), `at ${cut}`);
    copy.write(bytes.subarray(cut));
    assert.equal(describe(copy), describe(show(text, 37)), `after the rest from ${cut}`);
    host.write(bytes.subarray(cut, cut + 1));
  }
});

Deno.test("a row of history holds the cells of both modes", () => {
  const text = `👩‍👩‍👧❤\ufe0f|${ON}👩‍👩‍👧❤\ufe0f🇩🇪|नि${OFF}🇩🇪❤\ufe0fनि中\u200be\u0301`;
  const screen = show(text);
  const [row] = screen.lines(0, 1).rows[0]!;
  assert.deepEqual(
    rowCells(row, 40).filter(({ width }) => width > 0).map((c) => `${c.chars}:${c.width}`),
    cells(screen),
  );
  assert.equal(cleanRow(row, 40), row);
});

Deno.test("property: rows of history hold what the screen showed", () => {
  fc.assert(
    fc.property(stream, (bytes) => {
      const screen = makeScreen(20, 8);
      screen.write(bytes);
      const { normal } = screen.emulator._bufferService.buffers;
      const { first, rows } = screen.lines(screen.history.first, screen.history.first + 20);
      rows.forEach(([text], i) => {
        const line = normal.lines.get(i)!;
        const cell = { ...EMPTY };
        const shown: string[] = [];
        for (let x = 0; x < 20; x++) {
          readCell(line, x, cell);
          const right = cell.width === 0 && shown.at(-1)?.endsWith(":2");
          shown.push(right ? "" : `${cell.chars || " "}:${cell.width || 1}`);
        }
        const read = rowCells(text, 20).map((c) => c.width === 0 ? "" : `${c.chars}:${c.width}`);
        while (read.length < 20) read.push(" :1");
        assert.deepEqual(read, shown, `row ${first + i}`);
      });
    }),
    { numRuns: RUNS },
  );
});

Deno.test("a row from a peer holds nothing but SGR, links and text, as wide as the screen", () => {
  const hostile: Record<string, string> = {
    "a\x1b[2147483647S\x1b[100000000bb": "ab",
    "\x1b[2J\x1b[5;5Hx\x1b]0;title\x07y\x1bPq#0!9~\x1b\\z\x1b_G\x1b\\": "xyz",
    "\x1b[?1049hx\x1bcy\r\n\x00\x05\u009b5Sz": "xy5Sz",
    "\x1b[31mred\x1b]8;;http://a\x1b\\link\x1b]8;;\x1b\\":
      "\x1b[31mred\x1b]8;;http://a\x1b\\link\x1b]8;;\x1b\\",
    "中中中中中中": "中中中中中",
    [`${"x".repeat(9)}中y`]: "xxxxxxxxx",
    [`${"e\u0301".repeat(20)}`]: "e\u0301".repeat(10),
    "unfinished\x1b[": "unfinished",
    "string\x1b]8;;http://a": "string",
  };
  for (const [row, clean] of Object.entries(hostile)) {
    const text = cleanRow(row, 10);
    assert.equal(text, clean);
    const screen = makeScreen(10, 4);
    screen.write(encode(`${text}\r\n`));
    assert.equal((screen.terminal as xterm.Terminal).buffer.active.cursorY, 1, row);
  }
});
