/** What a page can ask of the host beside the terminal: its programs, HTTP services and files. */
import type { Offer } from "../../../session/services/offer.ts";
import type { FileEntry } from "../../../session/services/file_heads.ts";

export type { FileEntry, Offer };

/** How far a file is; bytes. */
export interface FileProgress {
  readonly done: number;
  readonly total: number;
}

export interface TransferOptions {
  readonly signal?: AbortSignal;
  readonly onprogress?: (progress: FileProgress) => void;
}

/** A native program that is spoken with, shaped like `chrome.runtime.Port`. */
export interface Port {
  readonly name: string;
  /** @throws if the port is over, or JSON has no form for `message` */
  postMessage(message: unknown): void;
  /** Ends it; listeners are not called any more. */
  disconnect(): void;
  readonly onMessage: PortEvent<(message: unknown, port: Port) => void>;
  /** The program ended, or the session; `error` says why if that was a fault. */
  readonly onDisconnect: PortEvent<(port: Port) => void>;
  /** Set before `onDisconnect` where a fault was the reason. */
  readonly error: { readonly code: string; readonly message: string } | undefined;
}

export interface PortEvent<L> {
  addListener(listener: L): void;
  removeListener(listener: L): void;
  hasListener(listener: L): boolean;
}

/** Every promise rejects with a `ServiceError {code, message}`, of which `session/services/README.md` lists the codes. */
export interface Services {
  /** The programs and HTTP services that the host offers. */
  services(): Promise<readonly Offer[]>;
  /** The answer of the program `name` (empty: the only one) to one value. */
  request(name: string, value: unknown, options?: { readonly signal?: AbortSignal }): Promise<unknown>;
  /**
   * Asks the HTTP service `name` (empty: the only one) as `fetch` asks a server: `input` is a path with its query, or a `Request` whose path and query count.
   * The answer's body comes as the service sends it. Redirects are answers; `Host` and `Origin` are the service's.
   */
  fetch(name: string, input: string | Request, init?: RequestInit): Promise<Response>;
  /** Starts the program `name` (empty: the only one) and speaks with it. */
  connect(name: string): Port;
  /** Files at `path` of the host's shared folder; empty: all of it. */
  files(
    path?: string,
    options?: { readonly deep?: boolean; readonly signal?: AbortSignal },
  ): AsyncIterable<FileEntry>;
  /** Sends a file into the host's shared folder, under `options.path` or its name. One that broke off goes on where it was. */
  upload(file: File, options?: TransferOptions & { readonly path?: string }): Promise<void>;
  /**
   * Gets a file of the host's shared folder, checked as a whole. With `resume` what came before a break is kept, and the next call for that path
   * goes on there: in the private files of the page's origin, so also when the page was left meanwhile; where the browser has none for it (no
   * https), in the page's memory.
   */
  download(path: string, options?: TransferOptions & { readonly resume?: boolean }): Promise<File>;
  /** Lets the host keep a picture or a text until the session ends; the path there. */
  paste(data: Blob): Promise<string>;
}
