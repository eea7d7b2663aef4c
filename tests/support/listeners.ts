/** A set of callbacks that one source calls, in the shape that `until` subscribes to. */
export class Listeners {
  readonly #all = new Set<() => void>();

  /** Adds `listener`; returns how to remove it. */
  readonly subscribe = (listener: () => void): () => void => {
    this.#all.add(listener);
    return () => this.#all.delete(listener);
  };

  /** Calls each listener that is there now. */
  notify(): void {
    for (const listener of [...this.#all]) listener();
  }
}
