/** What was sent and not yet acked: byte ranges with when and how, and which of them must be taken for lost. */

export interface Flight {
  readonly base: number;
  readonly end: number;
  /** When it was sent; ms. */
  readonly at: number;
  /** Counts transmissions: a higher one left later. */
  readonly order: number;
  /** Sent on a channel that repeats by itself. */
  readonly reliable: boolean;
}

/** Later transmissions that must have arrived before an earlier one counts as lost (RFC 9002, section 6.1.1). */
const REORDER = 3;

export class Flights {
  #list: Flight[] = [];
  #order = 0;
  #bytes = 0;
  #newestAcked = 0;

  /** Bytes in flight. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The flight with the lowest offset. */
  get first(): Flight | undefined {
    return this.#list[0];
  }

  /** Notes a transmission of `[base, end)`, which takes the place of flights that it covers. */
  add(base: number, end: number, at: number, reliable: boolean): void {
    const flight = { base, end, at, order: ++this.#order, reliable };
    const kept = this.#list.filter((f) => f.base < base || f.end > end);
    let i = kept.length;
    while (i > 0 && kept[i - 1]!.base > base) i--;
    kept.splice(i, 0, flight);
    this.#set(kept);
  }

  /**
   * Takes an ack: everything below `have`, and the ranges `[start, end, …]` of `sack`. Returns the bytes that were newly acked and
   * the shortest time from sending to ack among them (ms; Infinity if none).
   */
  ack(have: number, sack: readonly number[], now: number): { bytes: number; shortest: number } {
    let shortest = Infinity;
    const before = this.#bytes;
    const kept = this.#list.filter((f) => {
      const gone = f.end <= have || inside(f, sack);
      if (gone) {
        shortest = Math.min(shortest, now - f.at);
        this.#newestAcked = Math.max(this.#newestAcked, f.order);
      }
      return !gone;
    });
    this.#set(kept);
    return { bytes: before - this.#bytes, shortest };
  }

  /** Takes out the flights that later ones have overtaken: they are lost. */
  overtaken(): Flight[] {
    return this.#take((f) => !f.reliable && f.order + REORDER <= this.#newestAcked);
  }

  /** Takes out all lossy flights: none was acked in time. */
  expire(): Flight[] {
    return this.#take((f) => !f.reliable);
  }

  clear(): void {
    this.#set([]);
  }

  #take(lost: (f: Flight) => boolean): Flight[] {
    const out = this.#list.filter(lost);
    if (out.length > 0) this.#set(this.#list.filter((f) => !lost(f)));
    return out;
  }

  #set(list: Flight[]): void {
    this.#list = list;
    this.#bytes = list.reduce((sum, f) => sum + f.end - f.base, 0);
  }
}

function inside(f: Flight, sack: readonly number[]): boolean {
  for (let i = 0; i + 1 < sack.length; i += 2) {
    if (f.base >= sack[i]! && f.end <= sack[i + 1]!) return true;
  }
  return false;
}
