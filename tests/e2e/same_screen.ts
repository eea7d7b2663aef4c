/**
 * Whether two terminals show the same: every cell, the cursor, the modes that change what keys send. Not the modes that only
 * change what output does (which screen, wrapping): a viewer that paints, say to show guesses, has its own.
 */
import assert from "node:assert/strict";
import type { Cell } from "../support/screen.ts";
import { poll } from "../support/deadline.ts";
import type { TerminalDriver } from "../support/terminal_driver.ts";
import { SOON } from "./scene.ts";

/** All that is compared, as one value that can be printed. */
function picture(term: TerminalDriver) {
  const { modes } = term.emulator;
  return {
    text: term.screenText(),
    cells: term.cells(),
    cursor: term.cursor(),
    title: term.title,
    modes: {
      cursorKeys: modes.applicationCursorKeysMode,
      keypad: modes.applicationKeypadMode,
      paste: modes.bracketedPasteMode,
      mouse: modes.mouseTrackingMode,
      focus: modes.sendFocusMode,
    },
  };
}

function same(one: TerminalDriver, other: TerminalDriver): boolean {
  return JSON.stringify(picture(one)) === JSON.stringify(picture(other));
}

/**
 * Waits until `viewer` shows what `host` shows at that moment. The caller has waited for the last of it on the host's. Throws
 * AssertionError with the difference after `ms`.
 */
export async function assertSameScreen(host: TerminalDriver, viewer: TerminalDriver, ms = SOON) {
  try {
    // Either of the two may be the last to change.
    await poll(() => same(host, viewer), ms, "the same screen as the host's");
  } catch (error) {
    const [wanted, got] = [picture(host), picture(viewer)];
    assert.equal(got.text, wanted.text, `${error}`);
    assert.deepEqual(got, wanted);
    throw error;
  }
}

/** The cells of the first row that reads `text`, the leftmost `cols` of them: for screens of different sizes. */
export function rowOf(term: TerminalDriver, text: string, cols: number): Cell[] {
  const rows = term.cells().map((row) => row.slice(0, cols));
  const written = (row: readonly Cell[]) => row.map((cell) => cell.text).join("").trimEnd();
  return rows.find((row) => written(row) === text) ??
    assert.fail(`no row "${text}" in:\n${term.screenText()}`);
}
