/** Asks what a host offers: its native programs and HTTP services. The same for the command line and the page. */
import { ByteReader } from "./byte_reader.ts";
import { type Headers, readResponseHead, type RequestHead, type ResponseHead } from "./http_head.ts";
import { encodeMessage, MAX_MESSAGE, nextJson, nextMessage, parseJson } from "./messages.ts";
import type { Offer } from "./offer.ts";
import { readOffers, REQUESTS } from "./request_heads.ts";
import { ServiceError } from "../streams/service_error.ts";
import { encodeHead, type OpenStream, type ServiceStream } from "./service_stream.ts";

/** Heads of HTTP answers and lists of offers are below it; bytes. */
const MAX_ANSWER_HEAD = 256 * 1024;
/** A host may allow larger messages than browsers do (`--max-message`); bytes. */
const MAX_REPLY = 64 * MAX_MESSAGE;

export interface HttpReply extends ResponseHead {
  readonly headers: [string, string][];
  readonly body: ReadableStream<Uint8Array>;
}

/** A native program that is spoken with: one process, as long as this is open. */
export interface NativePort {
  /**
   * Settles when there is room for another one.
   * @throws {ServiceError} `not-json` at once, if JSON has no form for it; the promise rejects for what else can be wrong
   */
  send(value: unknown): Promise<void>;
  /** What the program says, until it ends. An error in it is a {@link ServiceError}. */
  readonly messages: AsyncIterable<unknown>;
  close(): void;
}

/** The programs and HTTP services of one host, over streams that `open` opens. */
export class RequestClient {
  /** @param parse reads the answers of programs; what it throws is the call's fault */
  constructor(private readonly open: OpenStream, private readonly parse = parseJson) {}

  /** What the host offers. */
  async services(signal?: AbortSignal): Promise<readonly Offer[]> {
    return readOffers(await this.#exchange({ kind: "list" }, undefined, MAX_ANSWER_HEAD, signal));
  }

  /**
   * The answer of the program `to` to one message.
   * @param to empty: the only program that the host offers
   * @throws {ServiceError} for each fault; what `signal` was aborted with
   */
  async call(to: string, value: unknown, signal?: AbortSignal): Promise<unknown> {
    return await this.#exchange({ kind: "call", to }, encodeMessage(value), MAX_REPLY, signal);
  }

  /** Starts the program `to` and speaks with it. */
  connect(to: string): NativePort {
    const stream = this.open(REQUESTS, encodeHead({ kind: "port", to }));
    const from = new ByteReader(stream);
    async function* messages() {
      for (;;) {
        const value = await nextMessage(from, MAX_REPLY);
        if (value === undefined) return void stream.finish().catch(() => {});
        yield value;
      }
    }
    return {
      send: (value) => stream.write(encodeMessage(value)),
      messages: messages(),
      close: () => stream.reset(new ServiceError("gone", "closed")),
    };
  }

  /**
   * The answer of the HTTP service `to`; its body comes as the service sends it.
   * @param body what is sent; absent: nothing
   * @throws {ServiceError} for each fault; what `signal` was aborted with
   */
  async http(
    to: string,
    { method, path, headers }: Omit<RequestHead, "headers"> & { readonly headers: Headers },
    body?: ReadableStream<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<HttpReply> {
    signal?.throwIfAborted();
    const stream = this.open(REQUESTS, encodeHead({ kind: "http", to, method, path, headers }));
    const release = resetWith(stream, signal);
    // Its fault shows at the reading side; a body that can't be read is ours to tell.
    const sent = body ? body.pipeTo(stream.writable) : stream.finish();
    sent.catch((error) => stream.reset(new ServiceError("gone", String(error?.message ?? error))));
    try {
      const from = new ByteReader(stream);
      const head = readResponseHead(await nextMessage(from, MAX_ANSWER_HEAD));
      return { ...head, body: untilOver(from.rest(), release, signal) };
    } catch (error) {
      release();
      stream.reset(new ServiceError("gone", "not needed any more"));
      throw signal?.aborted ? signal.reason : error;
    }
  }

  /** Opens a stream, sends `message`, and waits for the one that answers it. */
  async #exchange(
    head: Readonly<Record<string, unknown>>,
    message: Uint8Array | undefined,
    most: number,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    signal?.throwIfAborted();
    const stream = this.open(REQUESTS, encodeHead(head));
    const release = resetWith(stream, signal);
    // A host that refuses it says why at the reading side.
    stream.finish(message).catch(() => {});
    try {
      const json = await nextJson(new ByteReader(stream), most);
      if (json === undefined) {
        throw new ServiceError("bad-answer", "the host ended the stream and gave no answer");
      }
      return this.parse(json);
    } catch (error) {
      stream.reset(new ServiceError("gone", "not needed any more"));
      throw signal?.aborted ? signal.reason : error;
    } finally {
      release();
    }
  }
}

/** Resets `stream` when `signal` is aborted, until the function that it returns is called. */
function resetWith(stream: ServiceStream, signal: AbortSignal | undefined): () => void {
  const stop = () => stream.reset(new ServiceError("gone", "cancelled"));
  signal?.addEventListener("abort", stop);
  return () => signal?.removeEventListener("abort", stop);
}

/** `body`, with a call of `over` when it is. Once `signal` is aborted its fault is the signal's reason, as with `fetch`. */
function untilOver(
  body: ReadableStream<Uint8Array>,
  over: () => void,
  signal: AbortSignal | undefined,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>({
    async pull(to) {
      try {
        const { done, value } = await reader.read();
        if (!done) return to.enqueue(value);
        to.close();
      } catch (error) {
        over();
        throw signal?.aborted ? signal.reason : error;
      }
      over();
    },
    async cancel(reason) {
      over();
      await reader.cancel(reason);
    },
  }, { highWaterMark: 0 });
}
