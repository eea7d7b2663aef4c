/** One end as the road knows it: it outlives its sockets. */
import type { ErrorCode, PeerId, RoadMessage } from "../../transport/schema/signal.ts";
import { steady } from "../clock.ts";
import type { SocketEnd } from "../close_codes.ts";

/** How messages reach a peer; a socket, or whatever else carries them. */
export interface Wire {
  send(message: RoadMessage): void;
  /** A relayed message; false if it was not taken because the reader is too slow. */
  relay(bytes: Uint8Array): boolean;
  /** Whether so much waits unread that more may end it. */
  readonly crowded?: boolean;
  close(end: SocketEnd): void;
  /** What this peer sent was refused by the node that holds its session; without this it is told as `error`. */
  refused?(code: ErrorCode, message: string, hint?: string): void;
  /** The peer should send nothing for so long, in ms, because the node that holds its session says so. */
  pause?(ms: number): void;
}

export class Peer {
  /** Null while the socket is lost. */
  wire: Wire | null = null;
  /** Steady ms. */
  readonly joinedAt = steady();
  /** Relayed bytes from and to this peer. */
  relayedFrom = 0;
  relayedTo = 0;
  /** When to send new ICE credentials (steady ms), and how the system's clock stood at the last; null where there are none. */
  ice: { readonly dueAt: number; readonly offset: number } | null = null;
  /** The id as it stands in a relayed message. */
  readonly header: Uint8Array;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly id: PeerId, readonly tokenHash: Uint8Array) {
    this.header = new TextEncoder().encode(id.padEnd(8, "-"));
  }

  /** The peer has a socket: it does not expire. */
  attach(wire: Wire): void {
    clearTimeout(this.#timer);
    this.wire = wire;
  }

  /** The socket is lost: `expired` is called in `grace` ms unless the peer comes back. */
  detach(grace: number, expired: () => void): void {
    this.wire = null;
    this.#timer = setTimeout(expired, grace);
  }

  /** The peer is gone for good. */
  drop(): void {
    clearTimeout(this.#timer);
    this.wire = null;
  }
}
