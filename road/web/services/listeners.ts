/** The listeners of one event of a port, shaped like Chrome's. */
import type { PortEvent } from "./service_types.ts";

/** Those of one event; `L` is what listens. */
export class Listeners<L> implements PortEvent<L> {
  readonly #all = new Set<L>();

  addListener(listener: L): void {
    this.#all.add(listener);
  }

  removeListener(listener: L): void {
    this.#all.delete(listener);
  }

  hasListener(listener: L): boolean {
    return this.#all.has(listener);
  }

  /** A listener that throws does not keep the others from being called. */
  call(each: (listener: L) => void): void {
    for (const listener of this.#all) {
      try {
        each(listener);
      } catch (error) {
        reportError(error);
      }
    }
  }
}
