/** The one way to the inside of a terminal emulator: bounded and counting columns as all of ours do. */

import { guard } from "./input_limits.ts";
import { keepHyperlinks } from "./hyperlinks.ts";
import { mendOriginMode } from "./origin_mode.ts";
import { mendSoftReset } from "./soft_reset.ts";
import { Pictures } from "./pictures.ts";
import { emulatorOf } from "./emulator_of.ts";
import type { Emulator, TerminalLike } from "./xterm_internals.ts";
import { Widths } from "./widths.ts";

export interface GuardedEmulator {
  readonly emulator: Emulator;
  readonly widths: Widths;
  readonly pictures: Pictures;
}

/**
 * Prepares a terminal that was just made with `TERMINAL_OPTIONS`: whatever bytes it is given then cost no more than in proportion to their
 * length, and leave what they leave in every other one. Call once, before it is written to. Throws Error when it is not of the version
 * that Beach knows: {@link emulatorOf}.
 */
export function guardedEmulator(terminal: TerminalLike): GuardedEmulator {
  const emulator = emulatorOf(terminal);
  guard(emulator, () => terminal.cols, () => terminal.rows);
  keepHyperlinks(emulator);
  mendOriginMode(emulator);
  mendSoftReset(emulator);
  return { emulator, widths: new Widths(emulator), pictures: new Pictures(emulator) };
}
