/** Bytes of a stream that came early: bounded in bytes, in ranges, and in the work per segment. */
import type { ByteRange } from "./byte_range.ts";

/** The most separate ranges: a path that loses every third of 500 messages leaves fewer, and an attacker cannot make the search long. */
const MAX_RANGES = 256;
/** The least room, in bytes: a few lost packets; it doubles when needed. */
const LEAST_ROOM = 16 * 1024;

/** Holds frames that arrived early until the bytes before them have come. */
export class ReorderBuffer {
  /** The byte at offset `n` is at `n % length`. */
  #ring = new Uint8Array(0);
  /** Ascending; no two overlap or touch. */
  #ranges: ByteRange[] = [];

  /** @param limit bytes above the gap's start that there may be room for, a power of two */
  constructor(private readonly limit: number) {}

  /** What is kept, the lowest first. */
  get ranges(): readonly ByteRange[] {
    return this.#ranges;
  }

  /** Keeps a copy of `data`, which begins at `base` above `have`, as far as the limit allows; the rest is dropped. */
  keep(have: number, base: number, data: Uint8Array): void {
    const end = Math.min(base + data.length, have + this.limit);
    if (end <= base) return;
    const from = this.#firstFrom(base);
    let to = from;
    let range: ByteRange = { base, end };
    for (; to < this.#ranges.length && this.#ranges[to]!.base <= end; to++) {
      const other = this.#ranges[to]!;
      range = { base: Math.min(range.base, other.base), end: Math.max(range.end, other.end) };
    }
    if (from === to && this.#ranges.length >= MAX_RANGES) return;
    this.#makeRoom(end - have);
    this.#put(base, data.subarray(0, end - base));
    this.#ranges.splice(from, to - from, range);
  }

  /** Returns the bytes that follow `have`, if there are any, and forgets everything below their end. */
  next(have: number): Uint8Array | null {
    let found: Uint8Array | null = null;
    while (!found && this.#ranges.length > 0 && this.#ranges[0]!.base <= have) {
      const { end } = this.#ranges.shift()!;
      if (end > have) found = this.#get(have, end);
    }
    // A session has many streams, and most never have such loss again.
    if (this.#ranges.length === 0 && this.#ring.length > LEAST_ROOM) this.clear();
    return found;
  }

  clear(): void {
    this.#ranges = [];
    this.#ring = new Uint8Array(0);
  }

  /** The index of the first range that ends at `offset` or above it, by bisection. */
  #firstFrom(offset: number): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#ranges[middle]!.end < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #makeRoom(needed: number): void {
    if (needed <= this.#ring.length) return;
    let room = Math.max(LEAST_ROOM, this.#ring.length);
    while (room < needed) room *= 2;
    const kept = this.#ranges.map(({ base, end }) => [base, this.#get(base, end)] as const);
    this.#ring = new Uint8Array(Math.min(room, this.limit));
    for (const [base, data] of kept) this.#put(base, data);
  }

  #put(base: number, data: Uint8Array): void {
    const at = base % this.#ring.length;
    const first = Math.min(data.length, this.#ring.length - at);
    this.#ring.set(data.subarray(0, first), at);
    this.#ring.set(data.subarray(first), 0);
  }

  #get(base: number, end: number): Uint8Array {
    const out = new Uint8Array(end - base);
    const at = base % this.#ring.length;
    const first = this.#ring.subarray(at, Math.min(at + out.length, this.#ring.length));
    out.set(first);
    out.set(this.#ring.subarray(0, out.length - first.length), first.length);
    return out;
  }
}
