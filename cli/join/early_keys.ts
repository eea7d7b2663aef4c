/**
 * Keys that are typed before the session is on the screen: Ctrl-C leaves, other keys wait for the session; none is passed on after a wait
 * for somebody's answer, when nobody remembers them. Pure.
 */

import type { Input } from "../../session/vt/terminal_input.ts";

const CTRL_C = 3;
/** As many as an impatient person's keys, or a short paste; bytes. */
const MOST = 4096;

/** Keys that were typed before the session was there. */
export class EarlyKeys {
  #kept: Input[] | null = [];
  #bytes = 0;
  #waiting = false;

  constructor(
    private readonly deliver: (inputs: readonly Input[]) => void,
    private readonly leave: () => void,
  ) {}

  typed(inputs: readonly Input[]): void {
    if (this.#kept === null) return this.deliver(inputs);
    for (const input of inputs) {
      const { kind, bytes } = input;
      if (kind === "text" && bytes.includes(CTRL_C)) return this.leave();
      if (this.#waiting || this.#bytes + bytes.length > MOST) continue;
      this.#bytes += bytes.length;
      this.#kept.push(input);
    }
  }

  /** Somebody else has to act first. */
  wait(): void {
    if (this.#kept === null) return;
    this.#waiting = true;
    this.#kept = [];
  }

  /** The session is there: from now on keys pass. */
  inside(): void {
    const kept = this.#kept ?? [];
    this.#kept = null;
    if (kept.length > 0) this.deliver(kept);
  }
}
