/** Named one-shot timers of one owner, so that every wait that begins also ends: setting a name again replaces its timer. */
export class Timers {
  #running = new Map<string, ReturnType<typeof setTimeout>>();

  /** Calls `then` once, `ms` from now, unless the name is cleared or set again first. */
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

  has(name: string): boolean {
    return this.#running.has(name);
  }

  clear(name: string): void {
    clearTimeout(this.#running.get(name));
    this.#running.delete(name);
  }

  clearAll(): void {
    for (const timer of this.#running.values()) clearTimeout(timer);
    this.#running.clear();
  }
}
