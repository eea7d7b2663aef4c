/** Messages of which only the beginning has arrived: what all sockets hold of them together is bounded. */
// @ts-types="@types/ws"
import type { WebSocket } from "ws";

/** What a piece of a message costs beside its bytes: its buffer. */
const PIECE_COST = 150;

/** Bytes that `ws` holds of the message that a socket has begun; 0 between messages. */
export function beginningOf(ws: WebSocket): number {
  const { _receiver: receiver } = ws as unknown as {
    readonly _receiver?: {
      readonly _messageLength: number;
      readonly _bufferedBytes: number;
      readonly _buffers: { readonly length: number };
    };
  };
  if (receiver === undefined) return 0;
  return receiver._messageLength + receiver._bufferedBytes + PIECE_COST * receiver._buffers.length;
}

/** A socket as this needs it. */
interface Cuttable {
  cut(): void;
}

/** The messages that sockets have received in part, bounded in all. */
export class HalfReceived {
  /** By the time at which each message began. */
  readonly #held = new Map<Cuttable, number>();
  #total = 0;

  /** `most` bytes in all; `oncut` is called for each socket that is cut to keep that. */
  constructor(readonly most: number, readonly oncut: () => void) {}

  /** Bytes of all sockets. */
  get total(): number {
    return this.#total;
  }

  /** `socket` holds so many bytes of a message now. While all hold too many, the socket whose message began first is cut. */
  holds(socket: Cuttable, bytes: number): void {
    if (bytes === 0) return this.done(socket);
    this.#total += bytes - (this.#held.get(socket) ?? 0);
    this.#held.set(socket, bytes);
    for (const oldest of this.#held.keys()) {
      if (this.#total <= this.most) break;
      this.done(oldest);
      this.oncut();
      oldest.cut();
    }
  }

  /** The message of `socket` is whole, or the socket is gone. */
  done(socket: Cuttable): void {
    this.#total -= this.#held.get(socket) ?? 0;
    this.#held.delete(socket);
  }
}
