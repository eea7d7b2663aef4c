/** Synchronized output (mode 2026): whether a program is still drawing its frame. */

import type { Emulator } from "./xterm_internals.ts";

const MODE = 2026;
/** Observes the mode in one emulator. */
export class Synchronized {
  #begun: number | undefined;

  /** `longest`: a frame that is not ended is shown unfinished after so long, in ms. */
  constructor(private readonly emulator: Emulator, private readonly longest: number) {
    emulator._inputHandler.registerCsiHandler({ prefix: "?", final: "h" }, (p) => {
      if (p.params.subarray(0, p.length).includes(MODE) && !this.#on) this.#begun = undefined;
      return false;
    });
  }

  /** For how long the screen at `now` may still be an unfinished frame, in ms; 0 if it is complete or the program has taken too long. */
  left(now: number): number {
    if (!this.#on) return 0;
    this.#begun ??= now;
    return Math.max(0, this.#begun + this.longest - now);
  }

  get #on(): boolean {
    return this.emulator.coreService.decPrivateModes.synchronizedOutput;
  }
}
