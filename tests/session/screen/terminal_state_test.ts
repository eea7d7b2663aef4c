import assert from "node:assert/strict";
import { TERMINAL_STATE } from "../../../session/screen/terminal_state.ts";
import type { Screen } from "../../../session/screen/screen.ts";
import { describe as describeAll, makeScreen } from "../vt_state.ts";

/** Without modes that xterm.js does not know and that are said to be off. */
const describe = (screen: Screen) => describeAll(screen).replaceAll(/\\u001b\[\?\d+l/g, "");
const encode = (text: string) => new TextEncoder().encode(text);
/** The cursor's place and the attributes are what an undoing sequence may leave as it likes. */
const HOME = "\x1b[m\x1b[H";

function show(text: string) {
  const screen = makeScreen(80, 24);
  screen.write(encode(text));
  return screen;
}
const FRESH = describe(show(""));

for (const { name, set, undo, snapshot } of TERMINAL_STATE) {
  Deno.test(`terminal state, ${name}: ${snapshot === true ? "kept by a snapshot" : "left out"}, reset, undone`, () => {
    const host = show(set);
    const state = describe(host);
    if (snapshot === true) {
      assert.notEqual(state, FRESH, "the emulator does not see it");
      const viewer = show("other text\x1b[?25l");
      viewer.load(host.snapshot());
      assert.equal(describe(viewer), state, "a snapshot brings it");
      viewer.load(host.snapshot());
      assert.equal(describe(viewer), state, "once more changes nothing");
    }
    const viewer = show(set);
    viewer.load(show("").snapshot());
    assert.equal(describe(viewer), FRESH, "a snapshot without it resets it");
    assert.equal(describe(show(`${set}${undo}${HOME}`)), FRESH, "it is undone");
    assert.equal(describe(show(`${undo}${HOME}`)), FRESH, "undoing what was not set does nothing");
    if (!/title/.test(name)) assert.equal(describe(show(`${set}\x1bc`)), FRESH, "RIS resets it");
  });
}

Deno.test("who shows the title hears of one that a snapshot brings, and of one that is gone", () => {
  const titles: string[] = [];
  const viewer = show("");
  viewer.terminal.onTitleChange((title) => titles.push(title));
  viewer.load(show("\x1b]2;vim\x07").snapshot());
  viewer.load(show("").snapshot());
  viewer.load(show("").snapshot());
  assert.deepEqual(titles, ["vim", ""]);
});
