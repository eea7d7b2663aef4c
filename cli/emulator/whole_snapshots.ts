/** Snapshots of whole pictures: while a program brings one by synchronized output (mode 2026), those that are asked for wait. */

import type { Screen } from "../../session/screen/screen.ts";
import { Synchronized } from "../../session/emulator/synchronized.ts";

/** The longest that one waits, ms: a program writes its picture in a few, and a joining viewer should not feel it. */
const LONGEST = 100;

/** The snapshots that wait for a complete frame. */
export class WholeSnapshots {
  readonly #synchronized: Synchronized;
  #asked: number[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `give` is called for each id that was asked for, in order. */
  constructor(screen: Screen, private readonly give: (id: number) => void) {
    this.#synchronized = new Synchronized(screen.emulator, LONGEST);
  }

  ask(id: number): void {
    this.#asked.push(id);
    this.look();
  }

  /** More was written: the picture may be whole now. */
  look(): void {
    if (this.#asked.length === 0) return;
    clearTimeout(this.#timer);
    const left = this.#synchronized.left(performance.now());
    if (left > 0) this.#timer = setTimeout(() => this.look(), left);
    else this.flush();
  }

  /** What follows is no part of the picture: a new size, or the end. */
  flush(): void {
    for (const id of this.#asked.splice(0)) this.give(id);
  }
}
