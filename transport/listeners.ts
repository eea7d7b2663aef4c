/** Listeners that each name the events they care for, as methods. */
export class Listeners<Events> {
  readonly #all = new Set<Partial<Events>>();

  /** Adds a listener; the result removes it. */
  add(listener: Partial<Events>): () => void {
    this.#all.add(listener);
    return () => void this.#all.delete(listener);
  }

  /** Calls each of those that listen now, in the order in which they were added. */
  emit(event: (to: Partial<Events>) => void): void {
    for (const listener of [...this.#all]) event(listener);
  }
}
