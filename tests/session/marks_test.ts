import assert from "node:assert/strict";
import { UnicodeGraphemesAddon } from "@xterm/addon-unicode-graphemes";
import xterm from "@xterm/headless";
import fc from "fast-check";
import { MAX_CODES } from "../../session/marks.ts";
import { rowCells } from "../../session/row_cells.ts";
import type { Screen } from "../../session/screen.ts";
import { emulatorOf, TERMINAL_OPTIONS } from "../../session/terminal_like.ts";
import { describe, makeScreen } from "./vt_state.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const cells = (screen: Screen) => {
  const line = (screen.terminal as xterm.Terminal).buffer.active.getLine(0)!;
  return Array.from({ length: screen.cols }, (_, x) => line.getCell(x)!.getChars());
};
const codes = (text: string | undefined) => [...text!].length;

Deno.test("a cell holds 32 code points, in one write and byte by byte, and text goes on behind it", () => {
  for (
    const [first, more] of [["a", "\u0301"], ["中", "\u{e0100}"], ["👩", "\u200d👩"], ["\u0600", "\u0600"], [
      "ᄀ",
      "ᄀ",
    ]]
  ) {
    const bytes = encode(`${first}${more!.repeat(3000)}b`);
    const whole = makeScreen(10, 3);
    whole.write(bytes);
    const pieces = makeScreen(10, 3);
    for (let i = 0; i < bytes.length; i++) pieces.write(bytes.subarray(i, i + 1));
    assert.equal(describe(pieces), describe(whole));
    for (const cell of cells(whole)) assert.ok(codes(cell) <= MAX_CODES, `${first}: ${codes(cell)}`);
    assert.equal(codes(cells(whole)[0]), MAX_CODES);
    // A prepended mark takes the letter behind it, where there is room.
    if (first !== "\u0600") assert.ok(cells(whole).includes("b"));
  }
});

Deno.test("2.2 million marks on a letter: the snapshot is small, and so is a row of history", () => {
  const screen = makeScreen(80, 24);
  screen.write(encode("a" + "\u0301".repeat(2_200_000) + "\r\n"));
  assert.ok(screen.snapshot().data.length < 200);
  assert.equal(codes(screen.lines(0, 1).rows[0]![0]), MAX_CODES);
});

Deno.test("marks behind a character that found no room end up in one cell, which is bounded too", () => {
  const screen = makeScreen(10, 3);
  screen.write(encode("\x1b[?7l0123456789" + ("中" + "\u0301".repeat(20)).repeat(100)));
  for (const cell of cells(screen)) assert.ok(codes(cell) <= MAX_CODES, `${codes(cell)}`);
});

Deno.test("from a snapshot at any byte a full cell goes on as it does at the host", () => {
  const family = "👩" + "\u0301".repeat(28) + "\u200d👩\u0301\u0301\u200d👩\u200d\u200d👩";
  for (
    const text of [
      family,
      "🇩" + "\u0301".repeat(40) + "🇪",
      "ᄀ" + "ᄀ".repeat(40) + "ᅡᆨ",
      "a" + "\u200d".repeat(31) + "👩",
    ]
  ) {
    const bytes = encode(text + "\u0301z");
    const host = makeScreen(10, 3);
    for (let i = 0; i < bytes.length; i++) {
      const viewer = makeScreen(10, 3);
      viewer.load(host.snapshot());
      viewer.write(bytes.subarray(i));
      const whole = makeScreen(10, 3);
      whole.write(bytes);
      assert.equal(describe(viewer), describe(whole), `${text} at ${i}`);
      host.write(bytes.subarray(i, i + 1));
    }
  }
});

Deno.test("property: below the limit text stands as it does without one", () => {
  const plain = new xterm.Terminal({ ...TERMINAL_OPTIONS });
  plain.loadAddon(new UnicodeGraphemesAddon());
  plain.unicode.activeVersion = "15-graphemes";
  const theirs = emulatorOf(plain).unicodeService;
  const ours = makeScreen(10, 3).emulator.unicodeService;
  const code = fc.oneof(
    fc.constantFrom(..."aé中👩🇩\u0301\u200d\ufe0f\u0600각각नि\u{1f3fd}").map((char) => char.codePointAt(0)!),
    fc.integer({ min: 0x20, max: 0x1ffff }),
  );
  fc.assert(fc.property(fc.array(code, { maxLength: MAX_CODES }), (text) => {
    let [was, is] = [0, 0];
    for (const point of text) {
      was = theirs.charProperties(point, was);
      is = ours.charProperties(point, is);
      assert.equal(is & 7, was & 7, `U+${point.toString(16)}`);
    }
  }));
});

Deno.test("rows of history from a peer have no fuller cells", () => {
  const { emulator } = makeScreen(10, 3);
  const [cell, next] = rowCells(emulator, "a" + "\u0301".repeat(5000) + "b", 10);
  assert.deepEqual([codes(cell!.chars), next!.chars], [MAX_CODES, "b"]);
});
