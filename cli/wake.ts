/** One timer for a pure session: it sleeps until something is due, and is set again whenever something changed. */

/** What a session offers (`session/`). */
export interface Due {
  /** The clock's ms; Infinity if nothing is due. */
  due(): number;
  poll(): void;
}

/** Timers do not wake more often than this whatever is due: a millisecond is their own grain. */
const GRAIN = 1;
/** A timer that sleeps longer looks again: the clock jumps when a laptop wakes; ms. */
const LONGEST = 1000;

export class Wake implements Disposable {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #queued = false;
  #stopped = false;

  constructor(private readonly session: Due, private readonly now: () => number = () => performance.now()) {}

  /** Something changed: poll as soon as the current events are through, once for all of them. */
  readonly changed = (): void => {
    if (this.#queued || this.#stopped) return;
    this.#queued = true;
    queueMicrotask(() => {
      this.#queued = false;
      this.#run();
    });
  };

  #run(): void {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    this.session.poll();
    const wait = Math.min(LONGEST, Math.max(GRAIN, this.session.due() - this.now()));
    this.#timer = setTimeout(() => this.#run(), wait);
  }

  [Symbol.dispose](): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }
}
