/** One timer for a pure session: it sleeps until something is due, and is set anew when that is sooner than it would wake. */
import { type Clock, SYSTEM_CLOCK } from "./clock.ts";

/** What a session offers. */
export interface Due {
  /** The clock's ms; Infinity if nothing is due. */
  due(): number;
  poll(): void;
}

/** Timers do not wake more often than this whatever is due: a millisecond is their own grain. */
const GRAIN = 1;
/** A timer that sleeps longer looks again: the clock jumps when a laptop wakes; ms. */
const LONGEST = 1000;

/** The one timer of a session: runs it whenever it is due. */
export class SessionTimer implements Disposable {
  #cancel = () => {};
  /** When the timer wakes. */
  #wakesAt = Infinity;
  #queued = false;
  #stopped = false;

  constructor(private readonly session: Due, private readonly clock: Clock = SYSTEM_CLOCK) {}

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
    this.session.poll();
    // What was polled may have ended it.
    if (this.#stopped) return;
    const now = this.clock.now();
    const at = now + Math.min(LONGEST, Math.max(GRAIN, this.session.due() - now));
    // One that wakes too early looks again: a new timer after each event costs more than that.
    if (this.#wakesAt <= at) return;
    this.#cancel();
    this.#wakesAt = at;
    this.#cancel = this.clock.after(at - now, () => {
      this.#wakesAt = Infinity;
      this.#run();
    });
  }

  [Symbol.dispose](): void {
    this.#stopped = true;
    this.#cancel();
  }
}
