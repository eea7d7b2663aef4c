/** DECSTR, the soft reset of `tput init`, as xterm has it: xterm.js 6.0.0 takes more back than the cursor, the keys and the margins. */

import type { Emulator } from "./xterm_internals.ts";

/** Keeps what is between the program and the person: how pastes come, and whether focus is told. Other terminals keep it, so the views would differ. */
export function mendSoftReset(emulator: Emulator): void {
  const { _inputHandler: input, coreService } = emulator;
  input.registerCsiHandler({ intermediates: "!", final: "p" }, () => {
    const { bracketedPasteMode, sendFocus } = coreService.decPrivateModes;
    input.softReset();
    Object.assign(coreService.decPrivateModes, { bracketedPasteMode, sendFocus });
    return true;
  });
}
