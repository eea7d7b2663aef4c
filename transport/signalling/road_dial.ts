/** Opens a WebSocket to the road quickly, also over a link that loses packets or has just come back from an outage. */
import type { OpenSocket } from "./road_events.ts";
import { SUBPROTOCOL } from "../schema/signal.ts";

/**
 * Time between attempts, in ms. The kernel repeats a lost SYN after 1, 3 and 7 s. With a fresh attempt each second, of which the first to
 * open is used, a network that comes back is found within a second.
 */
const STAGGER = 1_000;
/** Attempts at the same time; the oldest is dropped first. */
const MAX_ATTEMPTS = 4;

/**
 * Settles with the first socket that opens with our subprotocol. Rejects with Error (one line of detail) after `deadline` ms, when every
 * attempt has failed, or on abort.
 */
export function dialRoad(
  url: string,
  deadline: number,
  signal: AbortSignal,
  open: OpenSocket = (address, protocol) => new WebSocket(address, protocol),
): Promise<WebSocket> {
  return new Dial(url, signal, open).begin(deadline);
}

class Dial {
  readonly #opened = Promise.withResolvers<WebSocket>();
  readonly #attempts = new Set<WebSocket>();
  readonly #closed = () => this.#fail("closed");
  #settled = false;
  #stagger: ReturnType<typeof setInterval> | undefined;
  #timeout: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly url: string,
    private readonly signal: AbortSignal,
    private readonly open: OpenSocket,
  ) {}

  begin(deadline: number): Promise<WebSocket> {
    this.#stagger = setInterval(() => this.#attempt(), STAGGER);
    this.#timeout = setTimeout(() => this.#fail(`no answer within ${deadline / 1000} s`), deadline);
    if (this.signal.aborted) this.#closed();
    else {
      this.signal.addEventListener("abort", this.#closed);
      this.#attempt();
    }
    return this.#opened.promise;
  }

  #attempt(): void {
    if (this.#settled) return;
    let socket: WebSocket;
    try {
      socket = this.open(this.url, SUBPROTOCOL);
    } catch (error) {
      return this.#fail(error instanceof Error ? error.message : "the address can't be used");
    }
    socket.binaryType = "arraybuffer";
    this.#attempts.add(socket);
    socket.onopen = () => {
      this.#attempts.delete(socket);
      if (socket.protocol !== SUBPROTOCOL) {
        discard(socket);
        return this.#fail(`it speaks ${socket.protocol === "" ? "no" : "another"} version of the protocol`);
      }
      this.#settle(() => this.#opened.resolve(socket));
    };
    socket.onerror = (event) => {
      this.#attempts.delete(socket);
      const detail = "message" in event && typeof event.message === "string"
        ? event.message
        : "no connection";
      // Other attempts are still running, and one of them may open.
      if (this.#attempts.size === 0) this.#fail(detail);
    };
    for (const oldest of this.#attempts) {
      if (this.#attempts.size <= MAX_ATTEMPTS) break;
      this.#attempts.delete(oldest);
      discard(oldest);
    }
  }

  #fail(detail: string): void {
    this.#settle(() => this.#opened.reject(new Error(detail)));
  }

  #settle(then: () => void): void {
    if (this.#settled) return;
    this.#settled = true;
    clearInterval(this.#stagger);
    clearTimeout(this.#timeout);
    this.signal.removeEventListener("abort", this.#closed);
    for (const socket of this.#attempts) discard(socket);
    this.#attempts.clear();
    then();
  }
}

/** Closes a socket that is not used, open or not. */
function discard(socket: WebSocket): void {
  socket.onopen =
    socket.onerror =
    socket.onmessage =
    socket.onclose =
      null;
  // A socket that is still connecting reports its closing as an error, which means nothing here.
  socket.onerror = (event) => event.preventDefault?.();
  socket.close();
}
