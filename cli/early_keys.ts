/**
 * What is typed before the session is on the screen: Ctrl-C leaves, other keys wait for it, and none is typed after a wait for somebody's
 * answer, when nobody remembers them. Pure.
 */

const CTRL_C = 3;
/** Keys of an impatient person, or a short paste; bytes. */
const MOST = 4096;

export class EarlyKeys {
  #kept: Uint8Array[] | null = [];
  #bytes = 0;
  #waiting = false;

  constructor(private readonly deliver: (bytes: Uint8Array) => void, private readonly leave: () => void) {}

  typed(bytes: Uint8Array): void {
    if (this.#kept === null) return this.deliver(bytes);
    if (bytes.includes(CTRL_C)) return this.leave();
    if (this.#waiting || this.#bytes + bytes.length > MOST) return;
    this.#bytes += bytes.length;
    this.#kept.push(bytes);
  }

  /** Somebody has to do something first. */
  wait(): void {
    if (this.#kept === null) return;
    this.#waiting = true;
    this.#kept = [];
  }

  /** The session is there: from now on keys go through. */
  inside(): void {
    const kept = this.#kept ?? [];
    this.#kept = null;
    for (const bytes of kept) this.deliver(bytes);
  }
}
