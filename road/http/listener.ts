/**
 * The server's listening socket. Under Deno 2.9 a server whose `accept` failed once (for example because no file descriptor was left) never
 * accepts again and reports nothing, so this one connects to itself now and then, and listens again if nothing accepts.
 */
import type { RequestListener, Server } from "node:http";
import type { Connections } from "./connections.ts";
import type { Context } from "../context.ts";
import { listenError } from "./listen_error.ts";
import type { Settings } from "../config/options.ts";

/** The time limit for a request's headers, in ms: five times what a bad mobile link takes. */
const HEADERS_TIME = 5_000;
/** How often connections are checked for late headers, in ms. */
const HEADERS_CHECK = 1_000;
/** The size limit of headers, in bytes: more than browsers and proxies send. */
const MAX_HEADERS = 16 * 1024;
/** A server that accepted nothing for so long checks itself, in ms: a connection to itself takes 0.3 ms. */
const ASK = 5_000;
/** The time limit for that check, in ms: it takes less than a millisecond, and with two busy cores a few hundred. */
const ANSWER = 2_000;

/** Makes a server that does not listen yet. */
export async function makeServer({ tls }: Settings): Promise<Server> {
  const options = {
    headersTimeout: HEADERS_TIME,
    requestTimeout: HEADERS_TIME,
    maxHeaderSize: MAX_HEADERS,
    connectionsCheckingInterval: HEADERS_CHECK,
  };
  const none: RequestListener | undefined = undefined;
  if (tls === undefined) return (await import("node:http")).createServer(options, none);
  return (await import("node:https")).createServer({ ...options, ...tls }, none) as unknown as Server;
}

/** Listens. Rejects with an Error that says where and why it cannot. */
export async function listen(
  server: Server,
  { hostname, port }: Pick<Settings, "hostname" | "port">,
  backlog: number,
): Promise<Deno.NetAddr> {
  await new Promise<void>((resolve, reject) => {
    const failed = (error: Error) => {
      const own = Deno.networkInterfaces().map(({ address }) => address);
      reject(listenError({ hostname, port }, error, own));
    };
    server.once("error", failed);
    server.listen({ port, host: hostname, backlog }, () => {
      server.off("error", failed);
      resolve();
    });
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a listening server has no address");
  return { transport: "tcp", hostname: address.address, port: address.port };
}

/** Checks that `server` goes on accepting, until it is disposed, and restarts it if not. `every` in ms. */
export class AcceptMonitor implements Disposable {
  readonly #timer: ReturnType<typeof setInterval>;
  #accepted = 0;
  #asking = false;

  constructor(
    readonly context: Context,
    readonly server: Server,
    readonly addr: Deno.NetAddr,
    readonly connections: Connections,
    every = ASK,
  ) {
    this.#timer = setInterval(() => void this.#look(), every);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const quiet = this.connections.accepted === this.#accepted;
    this.#accepted = this.connections.accepted;
    if (!quiet || this.#asking) return;
    this.#asking = true;
    try {
      if (!this.server.listening || !await this.#accepts()) await this.#again();
    } catch (error) {
      this.context.log.say({ event: "fault", what: error instanceof Error ? error.message : typeof error });
    } finally {
      this.#asking = false;
    }
  }

  /** False if the server accepts nothing; true also if that cannot be checked, because no file descriptor is left. */
  async #accepts(): Promise<boolean> {
    const before = this.connections.accepted;
    const late = AbortSignal.timeout(ANSWER);
    try {
      using _conn = await Deno.connect({
        hostname: loopback(this.addr.hostname),
        port: this.addr.port,
        signal: late,
      });
      while (this.connections.accepted === before && !late.aborted) await pause();
      return this.connections.accepted > before;
    } catch {
      return !late.aborted;
    }
  }

  async #again(): Promise<void> {
    const { hostname, port } = this.addr;
    this.context.metrics.count("limits", "listening_again");
    if (this.server.listening) this.server.close();
    await listen(this.server, { hostname, port }, this.connections.backlog);
    this.context.log.say({ event: "listening_again", url: this.context.settings.publicUrl });
  }
}

/** The interval at which the check looks for the accepted connection, in ms. */
const LOOK = 20;

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK));
}

/** Where to connect to a server that listens on all addresses. */
function loopback(hostname: string): string {
  return hostname === "0.0.0.0" ? "127.0.0.1" : hostname === "::" ? "::1" : hostname;
}
