/**
 * The only access to the internals of a terminal emulator: with limits, and with the column widths that all emulators of a session share.
 */

import { guard } from "./input_limits.ts";
import { keepHyperlinks } from "./hyperlinks.ts";
import { mendOriginMode } from "./origin_mode.ts";
import { mendSoftReset } from "./soft_reset.ts";
import { Pictures } from "./pictures.ts";
import { emulatorOf } from "./checked_internals.ts";
import type { Emulator, TerminalLike } from "./xterm_internals.ts";
import { Widths } from "./widths.ts";

export interface GuardedEmulator {
  readonly emulator: Emulator;
  readonly widths: Widths;
  readonly pictures: Pictures;
}

/**
 * Prepares a terminal that was just made with `TERMINAL_OPTIONS`: any input costs at most in proportion to its length, and gives the same
 * result as in every other emulator of the session. Call once, before the first write. Throws Error for an unknown version: {@link
 * emulatorOf}.
 */
export function guardedEmulator(terminal: TerminalLike): GuardedEmulator {
  const emulator = emulatorOf(terminal);
  guard(emulator, () => terminal.cols, () => terminal.rows);
  keepHyperlinks(emulator);
  mendOriginMode(emulator);
  mendSoftReset(emulator);
  return { emulator, widths: new Widths(emulator), pictures: new Pictures(emulator) };
}
