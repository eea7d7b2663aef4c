/** The recent bytes of a stream, by offset, in bounded memory: one per stream, shared by all its readers. */
import { concat } from "../../frames/bytes.ts";

/** The bytes of a stream that may have to be sent again, by offset. */
export class ByteLog {
  #chunks: { base: number; data: Uint8Array }[] = [];
  #start: number;
  #end: number;

  /** @param limit the most bytes kept; older ones are forgotten */
  constructor(private readonly limit: number, at = 0) {
    this.#start = this.#end = at;
  }

  /** The oldest offset still held. */
  get start(): number {
    return this.#start;
  }

  /** The offset after the newest byte. */
  get end(): number {
    return this.#end;
  }

  /** Adds bytes at the end and forgets the oldest over the limit. The bytes are kept, not copied. */
  append(data: Uint8Array): void {
    if (data.length === 0) return;
    const last = this.#chunks[this.#chunks.length - 1];
    // Keys come one by one: joining small chunks keeps the list short.
    if (last && last.data.length + data.length <= 1024) {
      last.data = concat([last.data, data]);
    } else {
      this.#chunks.push({ base: this.#end, data });
    }
    this.#end += data.length;
    if (this.#end - this.#start > this.limit) this.trim(this.#end - this.limit);
  }

  /** Forgets everything below `offset`. */
  trim(offset: number): void {
    if (offset <= this.#start) return;
    this.#start = Math.min(offset, this.#end);
    let drop = 0;
    while (drop < this.#chunks.length) {
      const chunk = this.#chunks[drop]!;
      if (chunk.base + chunk.data.length > this.#start) break;
      drop++;
    }
    if (drop > 0) this.#chunks.splice(0, drop);
  }

  /**
   * The bytes `[from, to)`, in one array, not to be changed: a view where one chunk has them all.
   * @throws {RangeError} if they are not all held
   */
  slice(from: number, to: number): Uint8Array {
    if (from < this.#start || to > this.#end || from > to) {
      throw new RangeError(`bytes [${from}, ${to}) are not in [${this.#start}, ${this.#end})`);
    }
    const first = this.#indexOf(from);
    const only = this.#chunks[first];
    if (only && to <= only.base + only.data.length) {
      return only.data.subarray(from - only.base, to - only.base);
    }
    const out = new Uint8Array(to - from);
    for (let i = first; i < this.#chunks.length; i++) {
      const { base, data } = this.#chunks[i]!;
      if (base >= to) break;
      const part = data.subarray(Math.max(0, from - base), Math.min(data.length, to - base));
      out.set(part, Math.max(0, base - from));
    }
    return out;
  }

  /** The chunk that holds `offset`, by bisection. */
  #indexOf(offset: number): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const chunk = this.#chunks[middle]!;
      if (chunk.base + chunk.data.length <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
