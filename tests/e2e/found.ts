/** A command whose terminal is looked at before and after: it must leave it as it was found. */
import assert from "node:assert/strict";
import type { TerminalDriver } from "../support/terminal_driver.ts";

const SCRIPT = [
  "before=$(stty -g)",
  '"$@"',
  "status=$?",
  '[ "$before" = "$(stty -g)" ] && tty=same || tty=changed',
  'echo; echo "left: tty $tty, status $status"',
  // The looker waits to be let go: what is still on its way to the window must not be lost with it.
  "read -r _",
].join("; ");

/** `argv`, run by a shell (not bash, which would drop PS1) that tells afterwards whether the terminal's settings (stty) are what they were. */
export function lookedAt(argv: readonly string[]): string[] {
  return ["sh", "-c", SCRIPT, "beach-test", ...argv];
}

/** Waits for the end of a command of {@link lookedAt}; throws unless stty and every mode of the terminal are as before. Returns its status. */
export async function assertLeftAsFound(term: TerminalDriver, ms: number): Promise<number> {
  const [, tty, status] = await term.waitForText(/left: tty (\w+), status (\d+)/, ms);
  assert.equal(tty, "same", "the terminal's settings");
  const { modes, buffer } = term.emulator;
  assert.equal(buffer.active.type, "normal");
  assert.deepEqual({ ...copy(modes), hidden: isCursorHidden(term) }, {
    applicationCursorKeysMode: false,
    applicationKeypadMode: false,
    bracketedPasteMode: false,
    insertMode: false,
    mouseTrackingMode: "none",
    originMode: false,
    reverseWraparoundMode: false,
    sendFocusMode: false,
    synchronizedOutputMode: false,
    wraparoundMode: true,
    hidden: false,
  });
  term.type("\r");
  await term.waitForExit(ms);
  return Number(status);
}

function copy(modes: TerminalDriver["emulator"]["modes"]) {
  return {
    applicationCursorKeysMode: modes.applicationCursorKeysMode,
    applicationKeypadMode: modes.applicationKeypadMode,
    bracketedPasteMode: modes.bracketedPasteMode,
    insertMode: modes.insertMode,
    mouseTrackingMode: modes.mouseTrackingMode,
    originMode: modes.originMode,
    reverseWraparoundMode: modes.reverseWraparoundMode,
    sendFocusMode: modes.sendFocusMode,
    synchronizedOutputMode: modes.synchronizedOutputMode,
    wraparoundMode: modes.wraparoundMode,
  };
}

/** xterm's API does not tell; its core knows. */
function isCursorHidden(term: TerminalDriver): boolean {
  const { _core } = term.emulator as unknown as { _core: { coreService: { isCursorHidden: boolean } } };
  return _core.coreService.isCursorHidden;
}
