/** Reads a stream of bytes in pieces of a wanted length, whatever pieces it comes in. */
import { ServiceError } from "../streams/service_error.ts";

const NOTHING = new Uint8Array();

/** The reader of one stream; nothing else reads it meanwhile. */
export class ByteReader {
  readonly #from: ReadableStreamDefaultReader<Uint8Array>;
  /** What came and was not asked for yet. */
  #left: Uint8Array = NOTHING;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#from = stream.getReader();
  }

  /** The next bytes, as they come, at most `most` of them; undefined at the end. */
  async some(most = Infinity): Promise<Uint8Array | undefined> {
    const bytes = this.#left.length > 0 ? this.#left : await this.#more();
    if (bytes === undefined) return undefined;
    this.#left = bytes.length > most ? bytes.subarray(most) : NOTHING;
    return bytes.length > most ? bytes.subarray(0, most) : bytes;
  }

  /**
   * The next `length` bytes; undefined if the stream ends before the first of them.
   * @throws {ServiceError} `gone` if it ends behind the first and before the last
   */
  async exactly(length: number): Promise<Uint8Array | undefined> {
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const some = await this.some(length - filled);
      if (some === undefined) {
        if (filled === 0) return undefined;
        throw new ServiceError("gone", `the stream ended ${length - filled} bytes too early`);
      }
      bytes.set(some, filled);
      filled += some.length;
    }
    return bytes;
  }

  /** What has not been read yet, as a stream; this reader is not used any more. */
  rest(): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>({
      pull: async (to) => {
        const bytes = await this.some();
        if (bytes === undefined) to.close();
        else to.enqueue(bytes);
      },
      cancel: (reason) => this.cancel(reason),
    }, { highWaterMark: 0 });
  }

  /** Nobody wants the rest. */
  async cancel(reason?: unknown): Promise<void> {
    await this.#from.cancel(reason);
  }

  /** The next piece that is not empty. */
  async #more(): Promise<Uint8Array | undefined> {
    for (;;) {
      const { done, value } = await this.#from.read();
      if (done) return undefined;
      if (value.length > 0) return value;
    }
  }
}
