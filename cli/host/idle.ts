/** Notices that nobody has typed or watched for a while (`--idle-exit`). */

/** The longest interval of checks, in ms: to end a second late is no problem. */
const LOOK = 1000;

/** Decides when nobody has typed or watched for the given time. */
export class Idle implements Disposable {
  readonly #timer: ReturnType<typeof setInterval>;
  #activeAt = performance.now();

  /** Calls `idle` once when for `ms` nothing was {@link active} and `watched` was false. */
  constructor(ms: number, watched: () => boolean, idle: () => void) {
    this.#timer = setInterval(() => {
      if (watched()) return this.active();
      if (performance.now() - this.#activeAt < ms) return;
      clearInterval(this.#timer);
      idle();
    }, Math.min(LOOK, ms / 4));
  }

  /** Someone typed. */
  active(): void {
    this.#activeAt = performance.now();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
