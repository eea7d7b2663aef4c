/** A growing buffer of bytes. */

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The size that a buffer keeps when it is emptied, in bytes; a larger one is released. */
const KEPT = 64 * 1024;

/** Bytes that are appended in pieces. */
export class ByteBuffer {
  #bytes = new Uint8Array(256);
  #length = 0;

  /** Bytes in the buffer. */
  get length(): number {
    return this.#length;
  }

  /** Appends bytes. */
  add(bytes: ArrayLike<number>): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Appends one byte. */
  addByte(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = byte;
  }

  /** Appends text as UTF-8. */
  addText(text: string): void {
    this.add(encoder.encode(text));
  }

  /** The content, decoded as UTF-8; at most `most` bytes of it. */
  text(most = Infinity): string {
    return decoder.decode(this.#bytes.subarray(0, Math.min(most, this.#length)));
  }

  /** Returns a copy of the content, and empties the buffer. */
  drain(): Uint8Array {
    const bytes = this.#bytes.slice(0, this.#length);
    this.clear();
    return bytes;
  }

  /** Empties the buffer. */
  clear(): void {
    this.#length = 0;
    if (this.#bytes.length > KEPT) this.#bytes = new Uint8Array(256);
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = new Uint8Array(2 * (this.#length + more));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}
