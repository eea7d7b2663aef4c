/** Lines that go straight into their rows; that these are the same rows is `unseen_lines_test.ts`'s property. */
import assert from "node:assert/strict";
import type { Emulator } from "../../../session/emulator/xterm_internals.ts";
import { makeScreen } from "../vt_state.ts";

const COLS = 20;
const ROWS = 4;
const SCROLLBACK = 1000;
const encode = (text: string) => new TextEncoder().encode(text);
const lines = (count: number, from = 0) =>
  encode(Array.from({ length: count }, (_, i) => `line ${from + i}\r\n`).join(""));

function rowTexts(emulator: Emulator): string[] {
  const { lines } = emulator._bufferService.buffers.normal;
  return Array.from({ length: lines.length }, (_, y) => {
    const line = lines.get(y)!;
    assert.deepEqual([line.length, line._data.length], [emulator._bufferService.cols, 3 * line.length]);
    return String.fromCharCode(...line._data.filter((_, i) => i % 3 === 0).map((word) => word & 0x1fffff))
      .replace(/\0+$/, "");
  });
}

Deno.test("all but the first screenful and the last line of a flood is written without the parser", () => {
  const screen = makeScreen(COLS, ROWS, SCROLLBACK);
  screen.write(lines(500));
  assert.equal(screen.plain!.written, lines(494, 5).length);
  assert.deepEqual(rowTexts(screen.emulator), [...Array.from({ length: 500 }, (_, i) => `line ${i}`), ""]);
});

for (
  const [name, before] of [
    ["a pen with a colour", "\x1b[31m"],
    ["a pen with a background", "\x1b[44m"],
    ["the alternate screen", "\x1b[?1049h"],
    ["a scroll region", "\x1b[2;3r\x1b[3H"],
    ["line drawing", "\x1b(0"],
    ["insert mode", "\x1b[4h"],
  ] as const
) {
  Deno.test(`the parser sees every byte with ${name}`, () => {
    const screen = makeScreen(COLS, ROWS, SCROLLBACK);
    screen.write(encode(before));
    screen.write(lines(500));
    assert.equal(screen.plain!.written, 0);
  });
}

Deno.test("rows are made beforehand for what the scrollback has room for, and used", () => {
  const screen = makeScreen(COLS, ROWS, SCROLLBACK);
  assert.equal(screen.plain!.reserve(600), 600);
  screen.write(lines(500));
  // 494 of them are in use; the parser scrolled in 3 of its own.
  assert.equal(screen.plain!.reserve(SCROLLBACK), SCROLLBACK - 497 - (600 - 494));
  assert.equal(screen.plain!.reserve(SCROLLBACK), 0);
  screen.write(lines(2000, 500));
  assert.equal(screen.plain!.reserve(SCROLLBACK), 0);
  assert.equal(screen.plain!.spare, 0);
  const texts = rowTexts(screen.emulator);
  assert.deepEqual([texts.length, texts[0], texts.at(-2)], [SCROLLBACK + ROWS, "line 1497", "line 2499"]);
});

Deno.test("rows made while the pen has colours are blank all the same", () => {
  const screen = makeScreen(COLS, ROWS, SCROLLBACK);
  screen.write(encode("\x1b[31;44m"));
  screen.plain!.reserve(SCROLLBACK);
  screen.write(encode("\x1b[m"));
  screen.write(lines(100));
  assert.ok(screen.plain!.written > 0);
  const { lines: rows } = screen.emulator._bufferService.buffers.normal;
  for (let y = 0; y < rows.length; y++) {
    assert.ok(rows.get(y)!._data.every((word, i) => i % 3 === 0 || word === 0), `row ${y}`);
  }
});

Deno.test("rows that the scrollback has no room for any more are not kept, whatever filled it", () => {
  const screen = makeScreen(COLS, ROWS, SCROLLBACK);
  screen.plain!.reserve(SCROLLBACK);
  screen.write(encode("\x1b[31m"));
  screen.write(lines(700));
  assert.deepEqual([screen.plain!.written, screen.plain!.spare], [0, SCROLLBACK]);
  screen.plain!.reserve(0);
  assert.equal(screen.plain!.spare, SCROLLBACK + ROWS - 701);
});

Deno.test("rows made for another width are not used, and are made anew", () => {
  const screen = makeScreen(COLS, ROWS, SCROLLBACK);
  screen.plain!.reserve(SCROLLBACK);
  screen.resize(2 * COLS, ROWS);
  screen.write(lines(300));
  rowTexts(screen.emulator);
  assert.equal(screen.plain!.reserve(SCROLLBACK), SCROLLBACK - 300 + ROWS - 1);
});

Deno.test("a row that held combined characters is blank when it comes round again", () => {
  const screen = makeScreen(COLS, ROWS, 10);
  // Few enough lines at once that none can be left out.
  for (let i = 0; i < 14; i++) screen.write(encode("e\u0301e\u0301 \x1b]8;;http://a\x07x\x1b]8;;\x07\r\n"));
  const wide = encode(("x".repeat(50) + "\r\n").repeat(12));
  screen.write(wide);
  assert.ok(screen.plain!.written > 0 && screen.leftOut === 0);
  const { lines: rows } = screen.emulator._bufferService.buffers.normal;
  for (let y = 0; y < rows.length; y++) {
    assert.deepEqual([rows.get(y)!._combined, rows.get(y)!._extendedAttrs], [{}, {}]);
  }
});
