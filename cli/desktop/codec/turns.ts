/** Native work on one object: one call at a time, and memory that is freed when none runs. */

/** Runs calls one after the other. Native code that gets a second call, or is freed, in the middle of one crashes the process. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #over = false;

  /** Runs `work` when all calls before it are over. Throws if the object was freed. */
  run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#over) return Promise.reject(new Error("this codec was freed"));
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }

  /** No more calls; `free` runs when the last one is over. A second time does nothing. Settles when it is freed. */
  end(free: () => void | Promise<void>): Promise<void> {
    if (!this.#over) {
      this.#over = true;
      this.#last = this.#last.then(free);
    }
    return this.#last as Promise<void>;
  }
}
