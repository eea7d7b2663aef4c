/** Painted into terminals that give characters other widths than we do, all that terminals agree about stands where it belongs. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { readCell } from "../../../session/emulator/attributes.ts";
import { isAgreed } from "../../../session/unicode/agreed_width.ts";
import { charWidth } from "../../../session/unicode/char_width.ts";
import { EMPTY } from "../../../session/render/grid.ts";
import { QueryFilter } from "../../../session/vt/query_filter.ts";
import { Renderer } from "../../../session/render/renderer.ts";
import type { Screen } from "../../../session/screen/screen.ts";
import { charProperties } from "../../../session/emulator/widths.ts";
import { makeScreen } from "../vt_state.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const RUNS = Number(Deno.env.get("BEACH_PROPERTY_RUNS") ?? 300);
const [COLS, ROWS] = [24, 3];

/** A terminal with its own widths: by code point, all that is doubtful wide, or all of it narrow; marks may take a column of their own. */
const TERMINALS: Record<string, (code: number) => number> = {
  "by code point": charWidth,
  "ambiguous wide": (code) =>
    isAgreed(String.fromCodePoint(code)) || charWidth(code) === 0 ? charWidth(code) : 2,
  "emoji narrow": (code) =>
    isAgreed(String.fromCodePoint(code)) ? charWidth(code) : Math.min(1, charWidth(code)),
  "marks stand alone": (code) => Math.max(1, charWidth(code)),
};

function terminalOf(width: (code: number) => number): Screen {
  const terminal = makeScreen(COLS, ROWS);
  Object.assign(terminal.emulator.unicodeService, {
    wcwidth: width,
    charProperties: (code: number, preceding: number) => {
      const columns = width(code);
      return columns === 0 ? charProperties(code, preceding, false) : columns << 1;
    },
  });
  return terminal;
}

function textAt(screen: Screen, row: number, col: number): string {
  const buffer = screen.emulator._bufferService.buffers.active;
  return readCell(buffer.lines.get(buffer.ybase + row)!, col, { ...EMPTY }).chars;
}

/** Fails unless what is agreed about stands in the terminal, and nothing strange in its blanks. */
function assertAgreedStands(screen: Screen, terminal: Screen, what: string): void {
  for (let y = 0; y < ROWS; y++) {
    for (let x = 0; x < COLS; x++) {
      const wanted = textAt(screen, y, x);
      if (wanted === "" || wanted === " " || !isAgreed(wanted)) continue;
      assert.equal(textAt(terminal, y, x), wanted, `${what}: row ${y}, column ${x}`);
    }
  }
}

/** Cells that the terminal shows beyond what is on the screen or next to something doubtful: leftovers. */
function assertNothingLeft(screen: Screen, terminal: Screen, what: string): void {
  for (let y = 0; y < ROWS; y++) {
    const text = (of: Screen) =>
      Array.from({ length: COLS }, (_, x) => textAt(of, y, x)).join("").replaceAll(" ", "");
    // Doubtful ones (and the e of those with marks) may vanish under what stands beside them; letters may not appear.
    const letters = (line: string) => line.replaceAll(/[^\x20-\x7e]|e/g, "");
    assert.equal(letters(text(terminal)), letters(text(screen)), `${what}: row ${y}`);
  }
}

const DOUBTFUL = [
  "👍🏽",
  "👍",
  "❤\ufe0f",
  "👨‍👩‍👧",
  "🇩🇪",
  "→",
  "…",
  "é",
  "e\u0301\u0302",
  "ก็",
  "🫠",
  "中",
  " ",
  "  ",
];
const piece = fc.oneof(
  fc.constantFrom(...DOUBTFUL),
  fc.stringMatching(/^[a-z|]{1,4}$/),
  fc.tuple(fc.integer({ min: 1, max: ROWS }), fc.integer({ min: 1, max: COLS })).map(([y, x]) =>
    `\x1b[${y};${x}H`
  ),
  fc.constantFrom(
    "\x1b[K",
    "\x1b[2P",
    "\x1b[2@",
    "\x1b[3X",
    "\r\n",
    "\x1b[?2027h",
    "\x1b[?2027l",
    "\x1b[7m",
    "\x1b[m",
  ),
);

for (const [name, width] of Object.entries(TERMINALS)) {
  Deno.test(`painted into a terminal with other widths (${name}): nothing is eaten and nothing is left`, () => {
    fc.assert(
      fc.property(fc.array(fc.array(piece, { maxLength: 8 }), { minLength: 1, maxLength: 6 }), (pictures) => {
        const screen = makeScreen(COLS, ROWS);
        const terminal = terminalOf(width);
        const renderer = new Renderer(screen, COLS, ROWS, (text) => new QueryFilter().string(text));
        for (const picture of pictures) {
          screen.write(encode(picture.join("")));
          terminal.write(renderer.render());
          assertAgreedStands(screen, terminal, JSON.stringify(picture));
          assertNothingLeft(screen, terminal, JSON.stringify(picture));
        }
      }),
      { numRuns: RUNS },
    );
  });
}

Deno.test("painted: a change beside an emoji leaves its neighbours, and a mark of its own joins nothing", () => {
  for (const [name, width] of Object.entries(TERMINALS)) {
    const screen = makeScreen(COLS, ROWS);
    const terminal = terminalOf(width);
    const renderer = new Renderer(screen, COLS, ROWS, (text) => new QueryFilter().string(text));
    for (
      const picture of [
        "\x1b[?2027hA12|tail",
        "\x1b[HA👍🏽|tail",
        "\x1b[HA12",
        "\x1b[HA👨‍👩‍👧|",
        "\x1b[HAxyz",
        "\x1b[2;1Ha\x1b[2;3H\u0301\x1b[2;5Hb",
      ]
    ) {
      screen.write(encode(picture));
      terminal.write(renderer.render());
      assertAgreedStands(screen, terminal, `${name} ${JSON.stringify(picture)}`);
      assertNothingLeft(screen, terminal, `${name} ${JSON.stringify(picture)}`);
    }
  }
});
