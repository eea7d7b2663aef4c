/** Reads a stream of bytes in pieces of a wanted length, whatever pieces it comes in. */
import { ServiceError } from "../streams/service_error.ts";

const NOTHING = new Uint8Array();

/** Where bytes come from, in pieces. */
export interface ByteSource {
  /** The next piece, undefined at the end. */
  read(): Promise<Uint8Array | undefined>;
  /** Nobody wants the rest. */
  cancel(reason?: unknown): void | Promise<void>;
}

/** The reader of one source; nothing else reads it meanwhile. */
export class ByteReader {
  readonly #from: ByteSource;
  /** What came and was not asked for yet. */
  #left: Uint8Array = NOTHING;

  constructor(from: ByteSource | ReadableStream<Uint8Array>) {
    this.#from = from instanceof ReadableStream ? sourceOf(from) : from;
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
    // Most of what is short comes whole, with what follows it.
    if (length > 0 && this.#left.length >= length) return this.#cut(length);
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

  #cut(length: number): Uint8Array {
    const bytes = this.#left.slice(0, length);
    this.#left = this.#left.subarray(length);
    return bytes;
  }

  /** The next piece that is not empty. */
  async #more(): Promise<Uint8Array | undefined> {
    for (;;) {
      const bytes = await this.#from.read();
      if (bytes === undefined || bytes.length > 0) return bytes;
    }
  }
}

function sourceOf(stream: ReadableStream<Uint8Array>): ByteSource {
  const reader = stream.getReader();
  return {
    read: async () => (await reader.read()).value,
    cancel: (reason) => reader.cancel(reason),
  };
}
