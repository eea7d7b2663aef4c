/** Named one-shot timers with one owner, so that no wait outlives its owner: setting a name again replaces its timer. */
export class Timers {
  #running = new Map<string, ReturnType<typeof setTimeout>>();

  /** Calls `then` once, in `ms` milliseconds, unless the name is cleared or set again first. */
  set(name: string, ms: number, then: () => void): void {
    this.clear(name);
    this.#running.set(
      name,
      setTimeout(() => {
        this.#running.delete(name);
        then();
      }, ms),
    );
  }

  /** Whether a timer of this name is pending. */
  has(name: string): boolean {
    return this.#running.has(name);
  }

  /** Cancels the timer of this name, if one is pending. */
  clear(name: string): void {
    clearTimeout(this.#running.get(name));
    this.#running.delete(name);
  }

  /** Cancels every pending timer. */
  clearAll(): void {
    for (const timer of this.#running.values()) clearTimeout(timer);
    this.#running.clear();
  }
}
