import assert from "node:assert/strict";
import { makeScreen } from "../vt_state.ts";

Deno.test("a soft reset takes back what it names, and leaves how pastes come and that focus is told", () => {
  const screen = makeScreen(20, 5);
  const write = (text: string) => screen.write(new TextEncoder().encode(text));
  write("\x1b[?2004h\x1b[?1004h\x1b[?1h\x1b[?25l\x1b[4h\x1b[2;4r\x1b[?6h\x1b[2;2H\x1b7\x1b[!p");
  const { coreService, _bufferService: { buffers: { active } } } = screen.emulator;
  const { bracketedPasteMode, sendFocus, applicationCursorKeys, origin } = coreService.decPrivateModes;
  assert.deepEqual(
    { bracketedPasteMode, sendFocus, applicationCursorKeys, origin },
    { bracketedPasteMode: true, sendFocus: true, applicationCursorKeys: false, origin: false },
  );
  assert.equal(coreService.isCursorHidden, false);
  assert.equal(coreService.modes.insertMode, false);
  assert.deepEqual([active.scrollTop, active.scrollBottom], [0, 4]);
  write("\x1b8");
  assert.deepEqual([active.x, active.y], [0, 0], "the saved cursor is at home");
  const viewer = makeScreen(20, 5);
  viewer.load(screen.snapshot());
  assert.ok(viewer.emulator.coreService.decPrivateModes.bracketedPasteMode);
});
