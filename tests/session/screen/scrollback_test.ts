import assert from "node:assert/strict";
import xterm from "@xterm/headless";
import { Scrollback, weigh } from "../../../session/screen/scrollback.ts";
import { Screen } from "../../../session/screen/screen.ts";
import { TERMINAL_OPTIONS } from "../../../session/emulator/xterm_internals.ts";

const MIB = 1024 * 1024;

/** What all rows above the screen take. */
function held({ emulator }: Screen): number {
  const { lines, ybase } = emulator._bufferService.buffers.normal;
  return Array.from({ length: ybase }, (_, i) => weigh(lines.get(i)!)).reduce((sum, bytes) => sum + bytes, 0);
}

function make(cols: number) {
  const screen = new Screen(new xterm.Terminal({ ...TERMINAL_OPTIONS, cols, rows: 24, scrollback: 10_000 }));
  const scrollback = new Scrollback(screen, 16 * MIB);
  const write = (text: string) => {
    screen.write(new TextEncoder().encode(text));
    scrollback.follow();
  };
  return { screen, scrollback, write };
}

Deno.test("what is above a screen is bounded in bytes: wide rows, marks in each cell, links in each cell", () => {
  const kinds = {
    wide: "\r\n",
    marks: "e\u0301\u0316\u0330\u0331".repeat(400) + "\r\n",
    colours: Array.from({ length: 400 }, (_, i) => `\x1b[4m\x1b[58;5;${i % 256}mx`).join("") + "\r\n",
  };
  for (const [kind, row] of Object.entries(kinds)) {
    const { screen, write } = make(1000);
    for (let i = 0; i < 4000; i++) write(row);
    // Rows that just scrolled off are weighed by the block.
    assert.ok(held(screen) < 28 * MIB, `${kind}: ${held(screen)} bytes`);
    assert.ok(held(screen) > 8 * MIB, `${kind}: ${held(screen)} bytes only`);
    // Numbers go on counting from where they were.
    assert.equal(screen.history.top, 4000 - 23, kind);
    assert.ok(screen.history.first > 2000, kind);
  }
});

Deno.test("plain rows stay as many as before", () => {
  const { screen, write } = make(80);
  for (let i = 0; i < 9000; i++) write(`${i}\r\n`);
  assert.equal(screen.history.first, 0);
  assert.equal(screen.history.top, 9000 - 23);
});

Deno.test("rows are put above as far as there is room, the newest first", () => {
  const { screen, scrollback } = make(1000);
  screen.load({ version: 0, cols: 1000, rows: 24, line: 5000, era: 3, data: new Uint8Array() });
  scrollback.restart();
  const { normal } = screen.emulator._bufferService.buffers;
  const blank = () => normal.getBlankLine(screen.emulator._inputHandler._curAttrData);
  scrollback.putAbove(Array.from({ length: 4000 }, () => [blank(), false] as const));
  assert.ok(held(screen) < 17 * MIB, `${held(screen)} bytes`);
  assert.equal(screen.history.top, 5000);
  assert.equal(screen.history.era, 3);
  assert.ok(screen.history.first > 3000, `from ${screen.history.first} on`);
});
