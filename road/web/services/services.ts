/** The services of a session for a page's own code. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { FileClient, type Source } from "../../../session/services/file_client.ts";
import type { FileEntry } from "../../../session/services/file_heads.ts";
import { RequestClient } from "../../../session/services/request_client.ts";
import type { Offer } from "../../../session/services/offer.ts";
import type { OpenStream } from "../../../session/services/service_stream.ts";
import { bytesOf, download, pageSha256 } from "./download.ts";
import { memoryPart, type Part, Parts } from "./download_part.ts";
import { fetchThrough } from "./fetch.ts";
import { openPort } from "./port.ts";
import type { Port, Services, TransferOptions } from "./service_types.ts";

/** What `Services` promises, over streams that `open` opens. */
export class PageServices implements Services {
  readonly #requests: RequestClient;
  readonly #files: FileClient;
  readonly #parts = new Parts();

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

  async download(path: string, options: TransferOptions & { readonly resume?: boolean } = {}): Promise<File> {
    const { signal, resume = false } = options;
    const get = (part: Part) => download(this.#files, path, part, options);
    return await orAborted(signal, resume ? this.#parts.with(path, get) : get(memoryPart()));
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

function sourceOf(file: Blob): Source {
  return { size: file.size, read: (from, to) => bytesOf(file.slice(from, to)) };
}
