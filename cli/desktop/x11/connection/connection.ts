/** A connection to an X server: requests as promises, events, and its loss. */
import { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import { Failure } from "../../../process/failure.ts";
import type { Environment } from "../types.ts";
import { type DisplayName, displayName } from "./display_name.ts";
import { connectSocket, cookieFor } from "./socket.ts";
import {
  createClient,
  type Done,
  type XClient,
  type XEvent,
  type XExtensions,
  type XSetup,
} from "./x11_client.ts";

/** How long a server may take to let us in, ms: a remote one over a slow line needs some round trips. */
const HANDSHAKE = 10_000;

/** An open connection. What it made at the server ends with it. */
export class Connection implements Disposable {
  /** Settles when the server is gone; never after disposal. */
  readonly lost: Promise<Failure>;
  readonly root: number;
  readonly #lose: (failure: Failure) => void;
  readonly #waiting = new Set<(error: unknown) => void>();
  readonly #receivers = new Set<(event: XEvent) => void>();
  readonly #watchers = new Set<() => void>();
  #over: Failure | undefined;

  private constructor(
    readonly name: DisplayName,
    readonly client: XClient,
    readonly setup: XSetup,
    private readonly socket: Socket,
  ) {
    this.root = screenOf(setup, name).root;
    const { promise, resolve } = Promise.withResolvers<Failure>();
    this.lost = promise;
    this.#lose = resolve;
    client.on("event", (event) => {
      for (const receive of [...this.#receivers]) receive(event);
    });
    const gone = () => this.#end(new Failure({ what: "The X display is gone", value: name.name }), true);
    socket.on("close", gone);
    socket.on("end", gone);
  }

  /** Opens the display that `name` or DISPLAY of `environment` names. Throws Failure; the signal's reason if that aborts first. */
  static async open(
    name: string | undefined,
    environment: Environment,
    signal: AbortSignal,
  ): Promise<Connection> {
    const where = displayName(name, environment);
    signal.throwIfAborted();
    const limit = AbortSignal.any([signal, AbortSignal.timeout(HANDSHAKE)]);
    try {
      const socket = await connectSocket(where, limit);
      try {
        const auth = await cookieFor(where, socket, environment);
        const { client, setup } = await shakeHands(where, socket, auth, limit);
        return new Connection(where, client, setup, socket);
      } catch (error) {
        socket.destroy();
        throw error;
      }
    } catch (error) {
      signal.throwIfAborted();
      if (!limit.aborted) throw error;
      throw new Failure({ what: "The X display does not answer", value: where.name });
    }
  }

  /** The screen that the display's name says. */
  get screen(): XSetup["screen"][number] {
    return screenOf(this.setup, this.name);
  }

  /** Whether the server may share memory with us. */
  get isLocal(): boolean {
    return this.name.host === undefined;
  }

  /** Makes a request that the server answers. Rejects with its error, or the Failure of {@link lost}. */
  ask<T>(request: (client: XClient, done: Done<T>) => void): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    if (this.#over !== undefined) {
      reject(this.#over);
      return promise;
    }
    this.#waiting.add(reject);
    request(this.client, (error, result) => {
      this.#waiting.delete(reject);
      if (error) reject(error);
      else resolve(result);
      return true;
    });
    return promise;
  }

  /** A request that the package does not know: `body` follows the four bytes of opcodes and length, and is padded here. */
  askRaw<T>(
    major: number,
    minor: number,
    body: Uint8Array,
    read: (body: Buffer, detail: number) => T,
  ): Promise<T> {
    return this.ask<T>((client, done) => {
      client.seq_num++;
      client.replies[client.seq_num] = [read, done as Done<never>];
      client.pack_stream.put(request(major, minor, body));
      client.pack_stream.submit(true);
    });
  }

  /** The same without an answer. */
  tellRaw(major: number, minor: number, body: Uint8Array): void {
    this.tell((client) => {
      client.seq_num++;
      client.pack_stream.put(request(major, minor, body));
      client.pack_stream.submit(false);
    });
  }

  /** Makes requests without an answer; nothing if the connection is over. */
  tell(requests: (client: XClient) => void): void {
    if (this.#over === undefined) requests(this.client);
  }

  /** Settles when the server has done all that was asked for. */
  async settled(): Promise<void> {
    await this.ask<unknown>((client, done) => client.QueryPointer(this.root, done));
  }

  /** The extension `name` with what `x11` knows of it. Throws Failure where the server lacks it (`title`). */
  async extension<Name extends keyof XExtensions>(name: Name, title: string): Promise<XExtensions[Name]> {
    try {
      return await this.ask<XExtensions[Name]>((client, done) => client.require(name, done));
    } catch (cause) {
      if (cause instanceof Failure) throw cause;
      throw new Failure({
        what: `The X display ${this.name.name} lacks the extension ${title}`,
        hint: "Use another display or --desktop virtual",
        cause,
      });
    }
  }

  /** The number of the atom `name`. */
  atom(name: string): Promise<number> {
    return this.ask<number>((client, done) => client.InternAtom(false, name, done));
  }

  /** Adds a receiver of all events; the result removes it. */
  listen(receive: (event: XEvent) => void): () => void {
    this.#receivers.add(receive);
    return () => void this.#receivers.delete(receive);
  }

  /** Calls `tell` once when the connection is over, in whatever way; the result takes that back. */
  onOver(tell: () => void): () => void {
    if (this.#over !== undefined) queueMicrotask(tell);
    else this.#watchers.add(tell);
    return () => void this.#watchers.delete(tell);
  }

  /** Throws the Failure of a connection that is over. */
  throwIfOver(): void {
    if (this.#over !== undefined) throw this.#over;
  }

  [Symbol.dispose](): void {
    this.#end(new Failure({ what: "The X display was closed", value: this.name.name }), false);
    // What was written goes out first; the end of our side ends the connection.
    this.socket.end();
  }

  #end(failure: Failure, tell: boolean): void {
    if (this.#over !== undefined) return;
    this.#over = failure;
    this.#receivers.clear();
    for (const reject of this.#waiting) reject(failure);
    this.#waiting.clear();
    for (const tellOne of [...this.#watchers]) tellOne();
    this.#watchers.clear();
    if (tell) this.#lose(failure);
  }
}

/** Whether the server refused a request: something that it was about is gone, or not allowed. */
export function isServerError(error: unknown): boolean {
  return error instanceof Error && "majorOpcode" in error;
}

function screenOf(setup: XSetup, name: DisplayName): XSetup["screen"][number] {
  const screen = setup.screen[name.screen];
  if (screen !== undefined) return screen;
  throw new Failure({
    what: "The X display has no such screen",
    value: name.name,
    wanted: `0 to ${setup.screen.length - 1} after the dot`,
  });
}

function request(major: number, minor: number, body: Uint8Array): Buffer {
  const bytes = Buffer.alloc(4 + Math.ceil(body.length / 4) * 4);
  bytes[0] = major;
  bytes[1] = minor;
  bytes.writeUInt16LE(bytes.length / 4, 2);
  bytes.set(body, 4);
  return bytes;
}

function shakeHands(
  { name, display }: DisplayName,
  stream: Socket,
  auth: { readonly name: string; readonly data: string },
  signal: AbortSignal,
): Promise<{ readonly client: XClient; readonly setup: XSetup }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ client: XClient; setup: XSetup }>();
  const client = createClient({ stream, auth, display: `:${display}` }, (error, setup) => {
    if (error) reject(refused(name, error));
    else resolve({ client, setup });
  });
  // Before the end of the handshake it is the server's refusal; later, an error that an unanswered request met: a window that is gone.
  client.on("error", (error) => reject(refused(name, error)));
  signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  return promise;
}

function refused(name: string, cause: Error): Failure {
  return new Failure({
    what: "The X display refused the connection",
    value: name,
    hint: `Set XAUTHORITY to the file with its cookie, as its owner has it (it said: ${
      cause.message.replace(/^X server connection failed: /, "").trim()
    })`,
    cause,
  });
}
