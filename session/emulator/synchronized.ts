/** Synchronized output (mode 2026): until when a program's picture is not whole yet. */

import type { Emulator } from "./xterm_internals.ts";

const MODE = 2026;
export class Synchronized {
  #begun: number | undefined;

  /** `longest`: a program that does not end its picture is shown unfinished after this, ms. */
  constructor(private readonly emulator: Emulator, private readonly longest: number) {
    emulator._inputHandler.registerCsiHandler({ prefix: "?", final: "h" }, (p) => {
      if (p.params.subarray(0, p.length).includes(MODE) && !this.#on) this.#begun = undefined;
      return false;
    });
  }

  /** For how long what there is may still be half a picture at time `now`; 0: it is not, or the program takes too long. Ms. */
  left(now: number): number {
    if (!this.#on) return 0;
    this.#begun ??= now;
    return Math.max(0, this.#begun + this.longest - now);
  }

  get #on(): boolean {
    return this.emulator.coreService.decPrivateModes.synchronizedOutput;
  }
}
