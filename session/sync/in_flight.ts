/** Byte ranges that were sent and not acknowledged yet, with the time and the channel, and which of them count as lost. */
import type { ByteRange } from "./byte_range.ts";

export interface Flight extends ByteRange {
  /** When it was sent; ms. */
  readonly at: number;
  /** Sent on a channel that retransmits by itself. */
  readonly reliable: boolean;
  /** It arrived, but bytes before it are missing, or it is not shown yet. */
  readonly arrived: boolean;
}

/** The frames of one stream that were sent and not acknowledged yet. */
export class InFlight {
  #list: Flight[] = [];
  #bytes = 0;

  /** Bytes in flight. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The flight with the lowest offset. */
  get first(): Flight | undefined {
    return this.#list[0];
  }

  /** The lowest range that may have to be sent again. */
  get uncertain(): Flight | undefined {
    const first = this.#list.find((f) => !f.arrived);
    return first?.reliable ? undefined : first;
  }

  /** Whether all of them have arrived, but are not applied or shown yet. */
  get allArrived(): boolean {
    return this.#list.every((f) => f.arrived);
  }

  /** Adds a transmission of `[base, end)`, which replaces ranges that it covers. */
  add(base: number, end: number, at: number, reliable: boolean): void {
    const flight = { base, end, at, reliable, arrived: false };
    const kept = this.#list.filter((f) => f.base < base || f.end > end);
    let i = kept.length;
    while (i > 0 && kept[i - 1]!.base > base) i--;
    kept.splice(i, 0, flight);
    this.#set(kept);
  }

  /**
   * Handles an ack: everything below `have` is applied, the ranges `[start, end, …]` of `sack` have arrived. Returns the number of newly
   * applied bytes, and the shortest time from sending to arrival among newly arrived ranges (ms; Infinity if none).
   */
  ack(have: number, sack: readonly number[], now: number): { bytes: number; shortest: number } {
    let shortest = Infinity;
    const before = this.#bytes;
    const kept: Flight[] = [];
    for (const flight of this.#list) {
      const gone = flight.end <= have;
      const arrived = gone || inside(flight, sack);
      if (arrived && !flight.arrived) shortest = Math.min(shortest, now - flight.at);
      if (!gone) kept.push(arrived === flight.arrived ? flight : { ...flight, arrived });
    }
    this.#set(kept);
    return { bytes: before - this.#bytes, shortest };
  }

  /** Removes and returns all lossy ranges that are not known to have arrived in time. */
  expire(): Flight[] {
    const expired = (f: Flight) => !f.reliable && !f.arrived;
    const out = this.#list.filter(expired);
    if (out.length > 0) this.#set(this.#list.filter((f) => !expired(f)));
    return out;
  }

  clear(): void {
    this.#set([]);
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
