/** A stream for who waits for bytes: with promises, and as the web's own kinds of stream for who pipes (Deno's connections, a browser's `Response`). */
import type { ByteStream } from "./byte_stream.ts";
import { ServiceError } from "./service_error.ts";

/** Bytes of one chunk at most. */
const CHUNK = 64 * 1024;
const NOTHING = new Uint8Array();

/**
 * Both halves of a stream, whose callbacks it takes over: to be made in the turn in which the stream was given. Each half is used in one way alone,
 * by its methods or as a web stream: a web stream is made when it is asked for, since it costs what a short message does. What fails does so with a
 * {@link ServiceError}.
 */
export class WebStreams {
  readonly #reader = new Turn();
  readonly #writer = new Turn();
  readonly #halves: { error(why: Error): void }[] = [];
  readonly #over = new AbortController();
  #failure: ServiceError | null = null;
  #readable: ReadableStream<Uint8Array> | undefined;
  #writable: WritableStream<Uint8Array> | undefined;
  /** Settles when what was written before has found room; undefined if it has. */
  #writing: Promise<void> | undefined;

  constructor(private readonly stream: ByteStream) {
    stream.onreadable = () => this.#reader.wake();
    stream.ondrain = () => this.#writer.wake();
    stream.onclosed = (reason) => {
      if (reason) {
        const { code, message } = reason;
        this.#failure = new ServiceError(code, message || `the stream was reset (${code})`);
        for (const half of this.#halves) half.error(this.#failure);
        this.#over.abort(this.#failure);
      }
      this.#reader.wake();
      this.#writer.wake();
    };
  }

  /** Aborted with a {@link ServiceError} once the stream was reset. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** What comes; nothing is read before somebody pulls. Its `cancel` resets the stream, with `cancelled`. */
  get readable(): ReadableStream<Uint8Array> {
    return this.#readable ??= new ReadableStream<Uint8Array>({
      start: (controller) => this.#take(controller),
      pull: async (controller) => {
        const data = await this.read().catch(() => null);
        if (data) controller.enqueue(data);
        // Null: it was reset, and has failed.
        else if (data === undefined) controller.close();
      },
      cancel: (reason) => this.cancel(reason),
    }, { highWaterMark: 0 });
  }

  /** What is sent; a chunk counts as written when all of it has found room. `abort` resets the stream, with `cancelled`. */
  get writable(): WritableStream<Uint8Array> {
    return this.#writable ??= new WritableStream<Uint8Array>({
      start: (controller) => this.#take(controller),
      write: async (chunk, { signal }) => {
        // `abort` below is called when this one has settled.
        signal.onabort = () => this.#writer.wake();
        await this.#rest(chunk, this.stream.write(chunk), signal);
      },
      close: () => this.stream.end(),
      abort: (reason) => this.cancel(reason),
    });
  }

  /** The next bytes that come; undefined at the end. */
  async read(): Promise<Uint8Array | undefined> {
    for (;;) {
      const data = this.stream.read(CHUNK);
      if (data) return data;
      if (this.stream.ended) return undefined;
      if (this.#failure) throw this.#failure;
      await this.#reader.wait();
    }
  }

  /** Nobody wants the rest of it: the stream is reset. */
  cancel(reason?: unknown): void {
    this.stream.reset("cancelled", String(reason ?? ""));
  }

  /** Writes all of `bytes`, in this very turn where there is room, and else behind what waits. Settles when all has found room. */
  write(bytes: Uint8Array): Promise<void> {
    return this.#write(bytes, () => {});
  }

  /** As {@link write}, and ends this end's half: one packet may take both, with what opened the stream. Nothing is written behind it. */
  finish(bytes = NOTHING): Promise<void> {
    return this.#write(bytes, () => this.stream.end());
  }

  /** Ends both halves at once, at both ends. */
  reset({ code, message }: ServiceError): void {
    this.stream.reset(code, message);
  }

  #write(bytes: Uint8Array, last: () => void): Promise<void> {
    const before = this.#writing;
    const at = before ? 0 : this.stream.write(bytes);
    if (at === bytes.length && !before) return Promise.resolve(last());
    const written = Promise.resolve(before).then(() => this.#rest(bytes, at)).then(last);
    this.#writing = written;
    const over = () => {
      if (this.#writing === written) this.#writing = undefined;
    };
    written.then(over, over);
    return written;
  }

  /** Writes `bytes` from `at` on, with waits for room. */
  async #rest(bytes: Uint8Array, at: number, signal?: AbortSignal): Promise<void> {
    while (at < bytes.length) {
      if (this.#failure) throw this.#failure;
      const taken = this.stream.write(bytes.subarray(at));
      at += taken;
      if (taken === 0) await this.#writer.wait();
      signal?.throwIfAborted();
    }
  }

  #take(half: { error(why: Error): void }): void {
    if (this.#failure) half.error(this.#failure);
    else this.#halves.push(half);
  }
}

/** Somebody who waits for a callback. */
class Turn {
  wake = (): void => {};

  wait(): Promise<void> {
    return new Promise((wake) => this.wake = wake);
  }
}
