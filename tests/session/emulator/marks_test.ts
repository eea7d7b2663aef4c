import assert from "node:assert/strict";
import type xterm from "@xterm/headless";
import { MAX_CODES } from "../../../session/emulator/combining_marks.ts";
import { rowCells } from "../../../session/render/row_cells.ts";
import type { Screen } from "../../../session/screen/screen.ts";
import { describe, makeScreen } from "../vt_state.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const cells = (screen: Screen) => {
  const line = (screen.terminal as xterm.Terminal).buffer.active.getLine(0)!;
  return Array.from({ length: screen.cols }, (_, x) => line.getCell(x)!.getChars());
};
const codes = (text: string | undefined) => [...text!].length;

/** Text that joins one cell for ever: by `wcwidth`, and what only clusters join. */
const MARKS = [["a", "\u0301"], ["中", "\u{e0100}"], ["👩", "\u200d"]] as const;
const CLUSTERS = [...MARKS, ["👩", "\u200d👩"], ["\u0600", "\u0600"], ["ᄀ", "ᄀ"]] as const;
const ON = "\x1b[?2027h";

for (const [mode, texts] of [["", MARKS], [ON, CLUSTERS]] as const) {
  const how = mode === "" ? "" : " where clusters are counted";
  Deno.test(`a cell holds 32 code points, in one write and byte by byte, and text goes on behind it${how}`, () => {
    for (const [first, more] of texts) {
      const bytes = encode(`${mode}${first}${more.repeat(3000)}b`);
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
}

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
    const bytes = encode(ON + text + "\u0301z");
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

Deno.test("rows of history from a peer have no fuller cells", () => {
  const [cell, next] = rowCells("a" + "\u0301".repeat(5000) + "b", 10);
  assert.deepEqual([codes(cell!.chars), next!.chars], [MAX_CODES, "b"]);
});
