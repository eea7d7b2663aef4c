/** `-L`: a port here whose connections go to a target at the host's side. */
import { FORWARD, targetText } from "../../session/services/forward_target.ts";
import { encodeHead, type OpenStream, type ServiceStream } from "../../session/services/service_stream.ts";
import { ServiceError, serviceError } from "../../session/streams/service_error.ts";
import { MAX_STREAMS } from "../../session/streams/stream_limits.ts";
import { DEFAULT_BIND, type Forward } from "../options/service_values.ts";
import { Failure } from "../process/failure.ts";
import { type Carried, pumpTcp } from "./tcp_pump.ts";

/** While a viewer has all the streams that it may have, how long until the next look whether one is free; ms. */
const LOOK = 10;
/** What waits for a stream longer than a round trip or two is told to the person; ms. */
const LONG_WAIT = 1000;
/** The pause after a connection could not be accepted: without free file descriptors each attempt fails at once; ms. */
const ACCEPT_PAUSE = 100;

/** What the system says of a connection that ended before it was taken. */
const LEFT = [Deno.errors.NotConnected, Deno.errors.ConnectionAborted, Deno.errors.ConnectionReset] as const;

/** One port that listens, with its connections. */
export class ForwardListener implements AsyncDisposable {
  readonly #listener: Deno.TcpListener;
  readonly #open = new Set<Promise<void>>();
  readonly #over = new AbortController();
  readonly #accepting: Promise<void>;
  readonly carried: Carried = { sent: 0, received: 0 };

  private constructor(
    readonly forward: Forward,
    listener: Deno.TcpListener,
    private readonly open: OpenStream,
    private readonly fault: (words: string) => void,
  ) {
    this.#listener = listener;
    this.#accepting = this.#accept();
  }

  /**
   * Listens at once.
   * @param fault is told why a connection was refused or broke off, in one line
   * @throws {Failure} if the port can't be had
   */
  static listen(forward: Forward, open: OpenStream, fault: (words: string) => void): ForwardListener {
    const { bind, port } = forward;
    try {
      return new ForwardListener(forward, Deno.listen({ hostname: bind, port }), open, fault);
    } catch (cause) {
      throw failure(cause, forward);
    }
  }

  /** The port here, which the system chose if it was 0. */
  get port(): number {
    return this.#listener.addr.port;
  }

  /** Connections that are open. */
  get connections(): number {
    return this.#open.size;
  }

  /** Stops listening and ends its connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    this.#listener.close();
    await this.#accepting;
    await Promise.all(this.#open);
  }

  async #accept(): Promise<void> {
    const over = this.#over.signal;
    while (!over.aborted) {
      let tcp: Deno.TcpConn;
      try {
        tcp = await this.#listener.accept();
      } catch (error) {
        if (over.aborted) return;
        // Who connected has left already, as programs do that only look whether something listens.
        if (LEFT.some((kind) => error instanceof kind)) continue;
        // There is no file left for it, say: others may follow.
        this.fault(`A connection to port ${this.port} could not be taken: ${(error as Error).message}`);
        await pause(ACCEPT_PAUSE);
        continue;
      }
      const stream = await this.#stream();
      if (!stream) return tcp.close();
      const one = this.#carry(tcp, stream).finally(() => this.#open.delete(one));
      this.#open.add(one);
    }
  }

  /**
   * A stream for the next connection, as soon as there may be one more; undefined once the forward is over. Connections behind it wait in the
   * system's queue, as for a program that is busy.
   */
  async #stream(): Promise<ServiceStream | undefined> {
    const { target: { host, port } } = this.forward;
    const began = performance.now();
    for (let told = false; !this.#over.signal.aborted; await pause(LOOK)) {
      try {
        return this.open(FORWARD, encodeHead({ host, port }));
      } catch (error) {
        if (!(error instanceof ServiceError) || error.code !== "busy") throw error;
      }
      if (told || performance.now() - began < LONG_WAIT) continue;
      told = true;
      this.fault(
        `${targetText({ host, port })}: a connection waits until another one ends: ${MAX_STREAMS} are open`,
      );
    }
  }

  async #carry(tcp: Deno.TcpConn, stream: ServiceStream): Promise<void> {
    promptly(tcp);
    const stop = () => stream.reset(serviceError(new Error("the forward was ended")));
    this.#over.signal.addEventListener("abort", stop);
    try {
      await pumpTcp(tcp, stream, this.carried);
    } catch (error) {
      const { code, message } = serviceError(error);
      // Programs end connections as they like; what never began is for the person.
      if (code !== "gone") this.fault(`${targetText(this.forward.target)}: ${message}`);
    } finally {
      this.#over.signal.removeEventListener("abort", stop);
    }
  }
}

/** Small pieces go at once. */
function promptly(tcp: Deno.TcpConn): void {
  try {
    tcp.setNoDelay(true);
  } catch {
    // Its other end is gone, which some systems say here already; reading says so too.
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function failure(cause: unknown, { bind, port, target }: Forward): Failure {
  // As short as it may be typed: one line of a window has room for it.
  const value = `${bind === DEFAULT_BIND ? "" : `${bind}:`}${port}:${targetText(target)}`;
  if (cause instanceof Deno.errors.AddrInUse) {
    return new Failure({
      what: "-L can't listen: the port is in use",
      value,
      hint: "Take another port",
      cause,
    });
  }
  if (cause instanceof Deno.errors.PermissionDenied) {
    return new Failure({
      what: "-L can't listen: no permission",
      value,
      hint: "Take a port from 1024 on",
      cause,
    });
  }
  return new Failure({ what: "-L can't listen", value, wanted: "an address of this machine", cause });
}
