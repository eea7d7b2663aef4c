/** `-L`: a port here whose connections go to a target at the host's side. */
import { FORWARD, targetText } from "../../session/services/forward_target.ts";
import { encodeHead, type OpenStream } from "../../session/services/service_stream.ts";
import { serviceError } from "../../session/streams/service_error.ts";
import type { Forward } from "../options/service_values.ts";
import { Failure } from "../process/failure.ts";
import { type Carried, pumpTcp } from "./tcp_pump.ts";

/** Connections of one forward at once: as many as a viewer may have streams. */
const MAX_CONNECTIONS = 256;
/** The pause after a connection could not be accepted: without free file descriptors each attempt fails at once; ms. */
const ACCEPT_PAUSE = 100;

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
    for (;;) {
      let tcp: Deno.TcpConn;
      try {
        tcp = await this.#listener.accept();
      } catch (error) {
        if (this.#over.signal.aborted) return;
        // The connection ended before it was taken, or there is no file left for it: others may follow.
        this.fault(`A connection to port ${this.port} could not be taken: ${(error as Error).message}`);
        await new Promise((resolve) => setTimeout(resolve, ACCEPT_PAUSE));
        continue;
      }
      if (this.#open.size >= MAX_CONNECTIONS) {
        tcp.close();
        continue;
      }
      const one = this.#carry(tcp).finally(() => this.#open.delete(one));
      this.#open.add(one);
    }
  }

  async #carry(tcp: Deno.TcpConn): Promise<void> {
    tcp.setNoDelay(true);
    const { target } = this.forward;
    try {
      const stream = this.open(FORWARD, encodeHead({ host: target.host, port: target.port }));
      const stop = () => stream.reset(serviceError(new Error("the forward was ended")));
      this.#over.signal.addEventListener("abort", stop);
      try {
        await pumpTcp(tcp, stream, this.carried);
      } finally {
        this.#over.signal.removeEventListener("abort", stop);
      }
    } catch (error) {
      closeQuietly(tcp);
      const { code, message } = serviceError(error);
      // Programs end connections as they like; what never began is for the person.
      if (code !== "gone") this.fault(`${targetText(target)}: ${message}`);
    }
  }
}

/** A stream that could not be opened leaves it open. */
function closeQuietly(tcp: Deno.TcpConn): void {
  try {
    tcp.close();
  } catch {
    // It was carried, and closed with that.
  }
}

function failure(cause: unknown, { bind, port, target }: Forward): Failure {
  const value = `${bind}:${port}:${targetText(target)}`;
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
