/** Simulated time: events in order, and whatever asks to be polled at a time of its own. */

interface Event {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** Promises are settled by so many turns of the microtask queue after each event: the longest chain in a session has eight. */
const TURNS = 10;

export class EventClock {
  /** ms. */
  now = 1000;
  /** A binary heap, the earliest first. */
  readonly #heap: Event[] = [];
  #order = 0;

  /** Runs `run` once, `ms` from now. */
  schedule(ms: number, run: () => void): void {
    const event = { at: this.now + Math.max(0, ms), order: this.#order++, run };
    let i = this.#heap.push(event) - 1;
    for (let up = (i - 1) >> 1; i > 0 && before(event, this.#heap[up]!); i = up, up = (i - 1) >> 1) {
      this.#heap[i] = this.#heap[up]!;
    }
    this.#heap[i] = event;
  }

  /**
   * Lets time pass until `until` (ms) or until `done` says so. `due` tells when `poll` wants to be called next.
   * @throws {Error} where so many events happen at one time that something goes round in circles
   */
  async run(until: number, due: () => number, poll: () => void, done: () => boolean): Promise<void> {
    for (let still = 0; !done();) {
      const event = this.#heap[0];
      const at = Math.max(this.now, Math.min(event?.at ?? Infinity, due()));
      if (at > until) {
        this.now = until;
        return;
      }
      still = at > this.now ? 0 : still + 1;
      if (still > 20_000) throw new Error(`time stands still at ${this.now} ms`);
      this.now = at;
      if (event && event.at <= at) this.#pop().run();
      else poll();
      for (let i = 0; i < TURNS; i++) await Promise.resolve();
    }
  }

  #pop(): Event {
    const first = this.#heap[0]!;
    const last = this.#heap.pop()!;
    if (this.#heap.length === 0) return first;
    let i = 0;
    for (;;) {
      let next = 2 * i + 1;
      if (next >= this.#heap.length) break;
      if (next + 1 < this.#heap.length && before(this.#heap[next + 1]!, this.#heap[next]!)) next++;
      if (!before(this.#heap[next]!, last)) break;
      this.#heap[i] = this.#heap[next]!;
      i = next;
    }
    this.#heap[i] = last;
    return first;
  }
}

function before(a: Event, b: Event): boolean {
  return a.at < b.at || a.at === b.at && a.order < b.order;
}
