/** Makes a screen on the headless emulator, the same for hosts and viewers. */

import xterm from "@xterm/headless";
import { FastLines } from "../../session/emulator/fast_lines.ts";
import { Screen } from "../../session/screen/screen.ts";
import { TERMINAL_OPTIONS } from "../../session/emulator/xterm_internals.ts";

/** A blank screen. `scrollback`: rows kept above it. */
export function newScreen(cols: number, rows: number, scrollback: number): Screen {
  const terminal = new xterm.Terminal({ cols, rows, scrollback, ...TERMINAL_OPTIONS });
  return new Screen(terminal, (emulator) => new FastLines(emulator));
}
