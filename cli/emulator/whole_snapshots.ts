/** Snapshots of complete frames: while a program draws a frame with synchronized output (mode 2026), requests wait. */

import type { Screen } from "../../session/screen/screen.ts";
import { Synchronized } from "../../session/emulator/synchronized.ts";

/** The longest wait of a request, in ms: a program draws a frame in a few, and a joining viewer should not notice. */
const LONGEST = 100;

/** The snapshots that wait for a complete frame. */
export class WholeSnapshots {
  readonly #synchronized: Synchronized;
  #asked: number[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `give` is called for each requested id, in order. */
  constructor(screen: Screen, private readonly give: (id: number) => void) {
    this.#synchronized = new Synchronized(screen.emulator, LONGEST);
  }

  ask(id: number): void {
    this.#asked.push(id);
    this.look();
  }

  /** More was written: the frame may be complete now. */
  look(): void {
    if (this.#asked.length === 0) return;
    clearTimeout(this.#timer);
    const left = this.#synchronized.left(performance.now());
    if (left > 0) this.#timer = setTimeout(() => this.look(), left);
    else this.flush();
  }

  /** What follows is not part of the frame: a new size, or the end. */
  flush(): void {
    for (const id of this.#asked.splice(0)) this.give(id);
  }
}
