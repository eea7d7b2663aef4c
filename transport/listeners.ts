/** A set of listeners; each is an object with a method for every event that it wants. */
export class Listeners<Events> {
  readonly #all = new Set<Partial<Events>>();

  /** Adds a listener; the result removes it. */
  add(listener: Partial<Events>): () => void {
    this.#all.add(listener);
    return () => void this.#all.delete(listener);
  }

  /** Calls each current listener, in the order in which they were added. */
  emit(event: (to: Partial<Events>) => void): void {
    for (const listener of [...this.#all]) event(listener);
  }
}
