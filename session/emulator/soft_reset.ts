/** DECSTR, the soft reset of `tput init`, as in xterm: xterm.js 6.0.0 resets more than the cursor, the keys and the margins. */

import type { Emulator } from "./xterm_internals.ts";

/** Keeps bracketed paste and focus reports over a soft reset. Other terminals keep them, so the views would differ. */
export function mendSoftReset(emulator: Emulator): void {
  const { _inputHandler: input, coreService } = emulator;
  input.registerCsiHandler({ intermediates: "!", final: "p" }, () => {
    const { bracketedPasteMode, sendFocus } = coreService.decPrivateModes;
    input.softReset();
    Object.assign(coreService.decPrivateModes, { bracketedPasteMode, sendFocus });
    return true;
  });
}
