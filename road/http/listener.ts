/**
 * The server's socket. Under Deno 2.9 a server whose accept failed once (no file was left, say) never accepts again and says nothing, so
 * this one asks itself now and then, and listens again where nobody answers.
 */
import type { RequestListener, Server } from "node:http";
import type { Connections } from "./connections.ts";
import type { Context } from "../context.ts";
import { listenError } from "./listen_error.ts";
import type { Settings } from "../config/options.ts";

/** Headers must be there within this time, in ms: five times what a bad mobile link takes. */
const HEADERS_TIME = 5_000;
/** How often late ones are looked for, in ms. */
const HEADERS_CHECK = 1_000;
/** Headers of all browsers and proxies fit in, in bytes. */
const MAX_HEADERS = 16 * 1024;
/** A server that accepted nobody for so long asks itself, in ms: a connection to oneself takes 0.3 ms. */
const ASK = 5_000;
/** The answer takes less than a millisecond, and with two busy cores a few hundred; in ms. */
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

/** Listens. Rejects with Error, which says where and why, if that can't be. */
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

/** Sees to it that `server` goes on accepting, until it is disposed. `every` in ms. */
export class Lookout implements Disposable {
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

  /** False if nobody accepts; true also where nobody can tell, because no file is left to ask with. */
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

/** So long between two looks at whether somebody has accepted, in ms. */
const LOOK = 20;

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK));
}

/** Where a server that listens on all addresses can be asked. */
function loopback(hostname: string): string {
  return hostname === "0.0.0.0" ? "127.0.0.1" : hostname === "::" ? "::1" : hostname;
}
