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
  const { promise, resolve, reject } = Promise.withResolvers<WebSocket>();
  const attempts = new Set<WebSocket>();
  let settled = false;

  const settle = (then: () => void) => {
    if (settled) return;
    settled = true;
    clearInterval(stagger);
    clearTimeout(timeout);
    signal.removeEventListener("abort", aborted);
    for (const socket of attempts) discard(socket);
    attempts.clear();
    then();
  };
  const fail = (detail: string) => settle(() => reject(new Error(detail)));
  const aborted = () => fail("closed");

  const attempt = () => {
    if (settled) return;
    let socket: WebSocket;
    try {
      socket = open(url, SUBPROTOCOL);
    } catch (error) {
      return fail(error instanceof Error ? error.message : "the address can't be used");
    }
    socket.binaryType = "arraybuffer";
    attempts.add(socket);
    socket.onopen = () => {
      attempts.delete(socket);
      if (socket.protocol !== SUBPROTOCOL) {
        discard(socket);
        return fail(`it speaks ${socket.protocol === "" ? "no" : "another"} version of the protocol`);
      }
      settle(() => resolve(socket));
    };
    socket.onerror = (event) => {
      attempts.delete(socket);
      const detail = "message" in event && typeof event.message === "string"
        ? event.message
        : "no connection";
      // Other attempts are still running, and one of them may open.
      if (attempts.size === 0) fail(detail);
    };
    for (const oldest of attempts) {
      if (attempts.size <= MAX_ATTEMPTS) break;
      attempts.delete(oldest);
      discard(oldest);
    }
  };

  const stagger = setInterval(attempt, STAGGER);
  const timeout = setTimeout(() => fail(`no answer within ${deadline / 1000} s`), deadline);
  if (signal.aborted) aborted();
  else {
    signal.addEventListener("abort", aborted);
    attempt();
  }
  return promise;
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
