/** Lists, gets and puts files of a host's shared folder. The same for the command line and the page; where files lie here is theirs. */
import { ByteReader } from "./byte_reader.ts";
import {
  type FileEntry,
  type FileMessages,
  FILES,
  MAX_FILE_MESSAGE,
  type PutOpen,
  readFileMessage,
} from "./file_heads.ts";
import { encodeMessage, nextMessage } from "./messages.ts";
import { ServiceError } from "../streams/service_error.ts";
import { encodeHead, type OpenStream, type ServiceStream } from "./service_stream.ts";

/** A file up to this size is sent without asking what the host has of it: an answer takes longer than its bytes. A stream's first credit has room for it. */
export const SMALL_FILE = 60 * 1024;

/** A SHA-256 that is fed piece by piece. */
export interface Sha256 {
  update(bytes: Uint8Array): unknown;
  /** Of all that was fed so far, 64 hexadecimal digits; it may be fed on. */
  hex(): string;
}

/** A file here that is sent. */
export interface Source {
  /** Bytes. */
  readonly size: number;
  /** Its bytes from `from` to `to`. Each piece is used before the next is asked for. */
  read(from: number, to: number): AsyncIterable<Uint8Array>;
}

/** A file of the host that is got. */
export interface Got {
  readonly size: number;
  readonly mode: number;
  /** ms since 1970 */
  readonly time: number;
  /** From where the bytes come: what is here is right up to there. */
  readonly from: number;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** The SHA-256 of the whole file, once all bytes were read. */
  sum(): Promise<string>;
}

/** The files of one host, over streams that `open` opens. */
export class FileClient {
  /** @param sha256 makes a hash; both ends check all bytes */
  constructor(private readonly open: OpenStream, private readonly sha256: () => Sha256) {}

  /** What is at `path`, or in it; with `deep` all that is below. */
  async *list(path: string, deep: boolean, signal?: AbortSignal): AsyncGenerator<FileEntry> {
    using stream = this.#open({ op: "list", path, deep }, signal);
    await stream.finish();
    const from = new ByteReader(stream);
    for (;;) {
      const message = await nextMessage(from, MAX_FILE_MESSAGE);
      if (message === undefined) return stream.done();
      yield readFileMessage("entry", message);
    }
  }

  /**
   * Gets the file at `path`, from `from` on if the first bytes have this SHA-256.
   * @param take gets the file; the stream is over when it settles
   */
  async get<T>(
    path: string,
    have: { readonly from: number; readonly sha256?: string },
    take: (got: Got) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    using stream = this.#open({ op: "get", path, ...have }, signal);
    await stream.finish();
    const from = new ByteReader(stream);
    const found = readFileMessage("found", await nextMessage(from, MAX_FILE_MESSAGE));
    if (found.from > found.size || found.from !== 0 && found.from !== have.from) {
      throw new ServiceError("bad-answer", "files: the host goes on where nothing is");
    }
    const result = await take({
      ...found,
      bytes: exactly(from, found.size - found.from),
      sum: async () => readFileMessage("sum", await nextMessage(from, MAX_FILE_MESSAGE)).sha256,
    });
    stream.done();
    return result;
  }

  /**
   * Sends `source` to `about.path`. What the host has of an earlier try is not sent again.
   * @param sent is told how many bytes are there, at the begin and after each piece
   */
  async put(
    about: Omit<PutOpen, "op" | "size">,
    source: Source,
    sent: (bytes: number) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    using stream = this.#open({ op: "put", ...about, size: source.size }, signal);
    const from = new ByteReader(stream);
    const holding = nextMessage(from, MAX_FILE_MESSAGE).then((message) => readFileMessage("held", message));
    const { hash, at } = source.size > SMALL_FILE
      ? await this.#agree(source, await holding)
      : { hash: this.sha256(), at: 0 };
    const writer = stream.writable.getWriter();
    let there = at;
    sent(there);
    // A host that refuses says why at the reading side; a write to it only fails.
    const writing = (async () => {
      await writer.write(encodeMessage({ from: at }));
      for await (const bytes of source.read(at, source.size)) {
        hash.update(bytes);
        await writer.ready;
        await writer.write(bytes);
        sent(there += bytes.length);
      }
      if (there !== source.size) throw new ServiceError("changed", `${about.path} changed while it was read`);
      await writer.write(encodeMessage({ sha256: hash.hex() }));
      await writer.close();
    })();
    const answer = holding.then(() => nextMessage(from, MAX_FILE_MESSAGE))
      .then((message) => readFileMessage("done", message));
    await orReset(stream, Promise.all([answer, writing]));
    stream.done();
  }

  /** Makes a folder, and sets what is given. True if there was none. */
  async folder(
    path: string,
    about: { mode?: number; time?: number },
    signal?: AbortSignal,
  ): Promise<boolean> {
    using stream = this.#open({ op: "folder", path, ...about }, signal);
    await stream.finish();
    const from = new ByteReader(stream);
    const { made } = readFileMessage("made", await nextMessage(from, MAX_FILE_MESSAGE));
    stream.done();
    return made;
  }

  /** Lets the host keep what was pasted; returns its path there. */
  async paste(type: string, bytes: Uint8Array, signal?: AbortSignal): Promise<string> {
    using stream = this.#open({ op: "paste", type, size: bytes.length }, signal);
    const from = new ByteReader(stream);
    const answer = nextMessage(from, MAX_FILE_MESSAGE);
    await orReset(stream, Promise.all([answer, stream.finish(bytes)]));
    const { path } = readFileMessage("pasted", await answer);
    stream.done();
    return path;
  }

  /** From where to send: behind what the host has, if this file begins so. */
  async #agree(
    source: Source,
    { from, sha256 }: FileMessages["held"],
  ): Promise<{ hash: Sha256; at: number }> {
    if (from > source.size) throw new ServiceError("bad-answer", "files: the host has more than the file");
    const hash = this.sha256();
    if (from > 0) {
      for await (const bytes of source.read(0, from)) hash.update(bytes);
      if (hash.hex() !== sha256) return { hash: this.sha256(), at: 0 };
    }
    return { hash, at: from };
  }

  /** A stream that is reset unless it was `done` when it goes out of scope. */
  #open(
    head: Readonly<Record<string, unknown>>,
    signal?: AbortSignal,
  ): ServiceStream & Disposable & { done(): void } {
    signal?.throwIfAborted();
    const stream = this.open(FILES, encodeHead(head));
    const stop = () => stream.reset(new ServiceError("gone", "cancelled"));
    signal?.addEventListener("abort", stop);
    let done = false;
    return {
      get readable() {
        return stream.readable;
      },
      get writable() {
        return stream.writable;
      },
      read: () => stream.read(),
      cancel: (reason) => stream.cancel(reason),
      write: (bytes) => stream.write(bytes),
      finish: (bytes) => stream.finish(bytes),
      signal: stream.signal,
      reset: (error) => stream.reset(error),
      done: () => void (done = true),
      [Symbol.dispose]: () => {
        signal?.removeEventListener("abort", stop);
        if (!done) stream.reset(new ServiceError("gone", "not needed any more"));
      },
    };
  }
}

/** As `work`; but where the stream was reset, why it was: a write that failed with it knows only that. */
async function orReset<T>(stream: ServiceStream, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw stream.signal.aborted ? stream.signal.reason : error;
  }
}

/** The next `length` bytes, as they come. */
async function* exactly(from: ByteReader, length: number): AsyncGenerator<Uint8Array> {
  for (let left = length; left > 0;) {
    const bytes = await from.some(left);
    if (bytes === undefined) throw new ServiceError("gone", `the stream ended ${left} bytes too early`);
    left -= bytes.length;
    yield bytes;
  }
}
