/** The services of a session for a page's own code. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { FileClient, type Sha256, type Source } from "../../../session/services/file_client.ts";
import type { FileEntry } from "../../../session/services/file_heads.ts";
import { RequestClient } from "../../../session/services/request_client.ts";
import type { Offer } from "../../../session/services/offer.ts";
import { ServiceError } from "../../../session/streams/service_error.ts";
import type { OpenStream } from "../../../session/services/service_stream.ts";
import { fetchThrough } from "./fetch.ts";
import { openPort } from "./port.ts";
import type { Port, Services, TransferOptions } from "./service_types.ts";

/** What `Services` promises, over streams that `open` opens. */
export class PageServices implements Services {
  readonly #requests: RequestClient;
  readonly #files: FileClient;

  constructor(open: OpenStream) {
    this.#requests = new RequestClient(open);
    this.#files = new FileClient(open, pageSha256);
  }

  services(): Promise<readonly Offer[]> {
    return this.#requests.services();
  }

  request(
    name: string,
    value: unknown,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<unknown> {
    return this.#requests.call(name, value, signal);
  }

  fetch(name: string, input: string | Request, init?: RequestInit): Promise<Response> {
    return fetchThrough(this.#requests, name, input, init);
  }

  connect(name: string): Port {
    return openPort(this.#requests, name);
  }

  files(
    path = "",
    { deep = false, signal }: { readonly deep?: boolean; readonly signal?: AbortSignal } = {},
  ): AsyncIterable<FileEntry> {
    const entries = this.#files.list(path, deep, signal);
    return {
      [Symbol.asyncIterator]: () => ({
        next: () => orAborted(signal, entries.next()),
        return: () => entries.return(undefined),
      }),
    };
  }

  async upload(
    file: File,
    { path = file.name, signal, onprogress }: TransferOptions & { readonly path?: string } = {},
  ): Promise<void> {
    const what = [file.name, file.size, file.lastModified, path].join("\0");
    const id = bytesToHex(sha256(new TextEncoder().encode(what))).slice(0, 32);
    const total = file.size;
    const about = { path, mode: 0o644, time: file.lastModified, id };
    const sent = (done: number) => onprogress?.({ done, total });
    await orAborted(signal, this.#files.put(about, sourceOf(file), sent, signal));
  }

  async download(path: string, { signal, onprogress }: TransferOptions = {}): Promise<File> {
    const getting = this.#files.get(path, { from: 0 }, async (got) => {
      const hash = pageSha256();
      let done = 0;
      async function* checked() {
        for await (const bytes of got.bytes) {
          hash.update(bytes);
          done += bytes.length;
          onprogress?.({ done, total: got.size });
          yield bytes;
        }
      }
      // The browser keeps a large blob on its disk.
      const blob = await new Response(streamOf(checked())).blob();
      if (hash.hex() !== await got.sum()) {
        throw new ServiceError("sum", `${path} did not arrive as it was sent`);
      }
      return new File([blob], path.split("/").at(-1)!, { lastModified: got.time });
    }, signal);
    return await orAborted(signal, getting);
  }

  async paste(data: Blob): Promise<string> {
    return await this.#files.paste(data.type || "text/plain", new Uint8Array(await data.arrayBuffer()));
  }
}

/** As `work`; once `signal` is aborted its fault is the signal's reason, as with `fetch`. */
async function orAborted<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw signal?.aborted ? signal.reason : error;
  }
}

function pageSha256(): Sha256 {
  const hash = sha256.create();
  return { update: (bytes) => hash.update(bytes), hex: () => bytesToHex(hash.clone().digest()) };
}

function sourceOf(file: Blob): Source {
  return {
    size: file.size,
    async *read(from, to) {
      const reader = file.slice(from, to).stream().getReader();
      for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
    },
  };
}

/** Not every browser has `ReadableStream.from`. */
export function streamOf(pieces: AsyncIterator<Uint8Array>): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    async pull(to) {
      const { done, value } = await pieces.next();
      if (done) to.close();
      else to.enqueue(value as Uint8Array<ArrayBuffer>);
    },
    async cancel() {
      await pieces.return?.();
    },
  }, { highWaterMark: 0 });
}
