/** What leaves by one socket: messages together in one write where they come together, and a bound on what waits unread. */
import process from "node:process";
import type { Duplex, Writable } from "node:stream";
// @ts-types="@types/ws"
import type { WebSocket } from "ws";
import type { Context } from "../context.ts";

/** Unread messages, whatever their size: each costs some 500 bytes beside its own. */
const MAX_MESSAGES = 16_384;
/** While all sockets together hold too much unread, each may hold this part of its own limit. */
export const CROWDED_SHARE = 16;
const AS_TEXT = { binary: false, compress: false };
const AS_BINARY = { binary: true, compress: false };

export class SendQueue {
  #messages = 0;
  #corked = false;

  /** `socket` is the one under `ws`. */
  constructor(readonly ws: WebSocket, readonly socket: Duplex, readonly context: Context) {}

  /** Why nothing more may be put, in words; null if it may. */
  full(): string | null {
    const most = this.#most;
    if (this.#messages < MAX_MESSAGES && this.ws.bufferedAmount <= most) return null;
    const { settings: { limits: { unread } }, metrics } = this.context;
    metrics.count("limits", most < unread ? "unread_total" : "unread");
    return `more than ${most} bytes or ${MAX_MESSAGES} messages wait unread`;
  }

  /** Half of what may be {@link full}. */
  get crowded(): boolean {
    return this.#messages >= MAX_MESSAGES / 2 || this.ws.bufferedAmount > this.#most / 2;
  }

  put(data: string | Uint8Array, binary: boolean): void {
    if (!binary) this.hold();
    this.#messages++;
    const { metrics } = this.context;
    const size = data.length;
    metrics.unread += size;
    this.ws.send(data, binary ? AS_BINARY : AS_TEXT, () => {
      this.#messages--;
      metrics.unread -= size;
      if (typeof data !== "string") free(data);
    });
  }

  /**
   * Until this turn of the event loop is over, what is sent waits to be sent as one: a chunk that came in may hold many messages for
   * one receiver, and a system call for each was a sixth of all work.
   */
  hold(): void {
    if (this.#corked) return;
    this.#corked = true;
    this.socket.cork();
    process.nextTick(this.#release);
  }

  /** Bytes that may wait unread: less while all sockets together hold too much. */
  get #most(): number {
    const { settings: { limits: { unread, unreadTotal } }, metrics } = this.context;
    return metrics.unread > unreadTotal ? unread / CROWDED_SHARE : unread;
  }

  #release = (): void => {
    this.#corked = false;
    this.socket.uncork();
  };
}

/**
 * Gives the memory of a message back that was sent, if it is the message's alone. The collector would do it too, but what large messages
 * pile up until then makes it look through the whole heap many times a second, and keys wait for that (two thirds of such
 * pauses are gone with this).
 */
function free({ buffer, byteLength }: Uint8Array): void {
  if (buffer.byteLength === byteLength && buffer instanceof ArrayBuffer) buffer.transfer(0);
}

/**
 * `ws` ends its receiver three times and its socket twice, and each time too many costs 0.2 ms here: an error with a stack, made only to
 * be ignored, in all half the work of a join. This leaves them out.
 */
export function endOnce(ws: WebSocket, socket: Duplex): void {
  const { _receiver: receiver } = ws as unknown as { readonly _receiver?: Writable };
  for (const stream of [socket, receiver]) {
    if (stream === undefined) continue;
    const end = stream.end;
    stream.end = ((...args: unknown[]) => {
      return stream.writableEnded && args.length === 0 ? stream : Reflect.apply(end, stream, args);
    }) as typeof stream.end;
  }
}
