/** Writes to one socket: messages that come together leave in one write, and what is queued unread is bounded. */
import process from "node:process";
import type { Duplex, Writable } from "node:stream";
// @ts-types="@types/ws"
import type { WebSocket } from "ws";
import type { Context } from "../context.ts";

/** Unread messages of any size: each costs some 500 bytes beside its own. */
const MAX_MESSAGES = 16_384;
/** While all sockets together have too much queued, each may have this fraction of its own limit. */
export const CROWDED_SHARE = 16;
const AS_TEXT = { binary: false, compress: false };
const AS_BINARY = { binary: true, compress: false };

/** The send queue of one socket. */
export class SendQueue {
  #messages = 0;
  #corked = false;

  /** `socket` is the TCP or TLS socket below `ws`. */
  constructor(readonly ws: WebSocket, readonly socket: Duplex, readonly context: Context) {}

  /** The reason to queue nothing more, or null. */
  full(): string | null {
    const most = this.#most;
    if (this.#messages < MAX_MESSAGES && this.ws.bufferedAmount <= most) return null;
    const { settings: { limits: { unread } }, metrics } = this.context;
    metrics.count("limits", most < unread ? "unread_total" : "unread");
    return `more than ${most} bytes or ${MAX_MESSAGES} messages wait unread`;
  }

  /** Whether half of the limits of {@link full} is reached. */
  get crowded(): boolean {
    return this.#messages >= MAX_MESSAGES / 2 || this.ws.bufferedAmount > this.#most / 2;
  }

  /** Sends or queues one message. */
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
   * Until the end of this turn of the event loop, messages are queued and then sent in one write: a received chunk may hold many messages
   * for one receiver, and a system call for each was a sixth of all work.
   */
  hold(): void {
    if (this.#corked) return;
    this.#corked = true;
    this.socket.cork();
    process.nextTick(this.#release);
  }

  /** The limit of queued bytes: lower while all sockets together have too much queued. */
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
 * Frees the memory of a sent message at once, if the buffer belongs to the message alone. The garbage collector would free it too, but
 * large messages that pile up until then make it scan the whole heap many times a second, and keys wait for that (two thirds of such pauses
 * are gone with this).
 */
function free({ buffer, byteLength }: Uint8Array): void {
  if (buffer.byteLength === byteLength && buffer instanceof ArrayBuffer) buffer.transfer(0);
}

/**
 * Ends the receiver and the socket of `ws` once. `ws` ends its receiver three times and its socket twice, and each superfluous end costs
 * 0.2 ms here: an error with a stack that is ignored; in all half the work of a join.
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
