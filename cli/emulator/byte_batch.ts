/** Joins small pieces of bytes to larger ones. */

/** Room for what usually comes while the emulator is busy, in bytes. */
const FIRST_ROOM = 64 * 1024;

/** A buffer that grows with what is pushed and is emptied at once. */
export class ByteBatch {
  #bytes = new Uint8Array(FIRST_ROOM);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds a copy of `bytes`. */
  push(bytes: Uint8Array): void {
    const size = this.#size + bytes.length;
    if (size > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(size, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, this.#size));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#size);
    this.#size = size;
  }

  /** Everything added since the last call. */
  drain(): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.slice(0, this.#size);
    this.#size = 0;
    return taken;
  }
}
