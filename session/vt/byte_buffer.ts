/** Bytes that are put together piece by piece. */

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What a buffer keeps between uses, bytes; a larger one is given back. */
const KEPT = 64 * 1024;

export class ByteBuffer {
  #bytes = new Uint8Array(256);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(bytes: ArrayLike<number>): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  addByte(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = byte;
  }

  addText(text: string): void {
    this.add(encoder.encode(text));
  }

  /** What is there, as UTF-8; `most` bytes of it. */
  text(most = Infinity): string {
    return decoder.decode(this.#bytes.subarray(0, Math.min(most, this.#length)));
  }

  /** A copy of what is there; then nothing is. */
  take(): Uint8Array {
    const bytes = this.#bytes.slice(0, this.#length);
    this.clear();
    return bytes;
  }

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
