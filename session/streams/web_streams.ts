/** A stream as the web's own kinds of stream, for who pipes: Deno's connections and files, a browser's `Response`. */
import type { ByteStream } from "./byte_stream.ts";
import { ServiceError } from "./service_error.ts";

/** Bytes of one chunk at most. */
const CHUNK = 64 * 1024;
const NOTHING = new Uint8Array();

/**
 * Both halves of `stream`, whose callbacks it takes over: to be called in the turn in which the stream was given. Nothing is read before somebody
 * pulls, and a chunk counts as written when all of it has found room. Cancelling one half or aborting the other resets the stream, with
 * `cancelled`.
 */
export function webStreams(stream: ByteStream): {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  /**
   * Writes all of `bytes` and ends this end's half, in this very turn where there is room: one packet may take both, with what opened the stream. A
   * `writable` begins a turn later. Settles when all has found room; nothing else is written, before or beside it.
   */
  finish(bytes?: Uint8Array): Promise<void>;
  /** Aborted with a {@link ServiceError} once the stream was reset. */
  readonly signal: AbortSignal;
} {
  const reader = new Turn();
  const writer = new Turn();
  const halves: { error(why: Error): void }[] = [];
  const over = new AbortController();
  let failure: Error | null = null;
  stream.onreadable = () => reader.wake();
  stream.ondrain = () => writer.wake();
  stream.onclosed = (reason) => {
    if (reason) {
      failure = new ServiceError(reason.code, reason.message || `the stream was reset (${reason.code})`);
      for (const half of halves) half.error(failure);
      over.abort(failure);
    }
    reader.wake();
    writer.wake();
  };
  const cancel = (reason: unknown) => stream.reset("cancelled", String(reason ?? ""));
  const room = async () => {
    if (!failure) await writer.wait();
    if (failure) throw failure;
  };
  const readable = new ReadableStream<Uint8Array>({
    start: (controller) => void halves.push(controller),
    async pull(controller) {
      let data = stream.read(CHUNK);
      if (!data && !stream.ended) {
        await reader.wait();
        data = stream.read(CHUNK);
      }
      // Nothing, and no end: it was reset, and has failed.
      if (data) controller.enqueue(data);
      else if (stream.ended) controller.close();
    },
    cancel,
  }, { highWaterMark: 0 });
  const writable = new WritableStream<Uint8Array>({
    start: (controller) => void halves.push(controller),
    async write(chunk, { signal }) {
      // `abort` below is called when this one has settled.
      signal.onabort = () => writer.wake();
      await writeAll(stream, chunk, () => room().then(() => signal.throwIfAborted()));
    },
    close: () => stream.end(),
    abort: cancel,
  });
  const finish = (bytes = NOTHING) => writeAll(stream, bytes, room, () => stream.end());
  return { readable, writable, finish, signal: over.signal };
}

/** Writes `bytes`, waits for `room` where there is none, and says `last` in the turn of the last byte. */
async function writeAll(
  stream: ByteStream,
  bytes: Uint8Array,
  room: () => Promise<void>,
  last = () => {},
): Promise<void> {
  let at = stream.write(bytes);
  for (; at < bytes.length; at += stream.write(bytes.subarray(at))) await room();
  last();
}

/** Somebody who waits for a callback. */
class Turn {
  wake = (): void => {};

  wait(): Promise<void> {
    return new Promise((wake) => this.wake = wake);
  }
}
