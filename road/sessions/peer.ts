/** One peer as the road knows it: it outlives its sockets. */
import type { ErrorCode, PeerId, RoadMessage } from "../../transport/schema/signal.ts";
import { steady } from "../clock.ts";
import type { SocketEnd } from "../close_codes.ts";

/** How messages reach a peer: a socket, or another carrier. */
export interface Wire {
  send(message: RoadMessage): void;
  /** Sends a relayed message; false if it was refused because the reader is too slow. */
  relay(bytes: Uint8Array): boolean;
  /** Whether so much is queued unread that more may end it. */
  readonly crowded?: boolean;
  close(end: SocketEnd): void;
  /** A message of this peer was refused by the node that holds its session; without this method the refusal is sent as `error`. */
  refused?(code: ErrorCode, message: string, hint?: string): void;
  /** The peer should send nothing for so long, in ms; requested by the node that holds its session. */
  pause?(ms: number): void;
}

/** One member of a session: its host or a viewer. */
export class Peer {
  /** Null while the socket is lost. */
  wire: Wire | null = null;
  /** Monotonic ms. */
  readonly joinedAt = steady();
  /** Bytes relayed from and to this peer. */
  relayedFrom = 0;
  relayedTo = 0;
  /** When to send new ICE credentials (monotonic ms), and the offset of the system's clock at the last ones; null without credentials. */
  ice: { readonly dueAt: number; readonly offset: number } | null = null;
  /** The id as the header of a relayed message has it. */
  readonly header: Uint8Array;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly id: PeerId, readonly tokenHash: Uint8Array) {
    this.header = new TextEncoder().encode(id.padEnd(8, "-"));
  }

  /** The peer has a wire: it does not expire. */
  attach(wire: Wire): void {
    clearTimeout(this.#timer);
    this.wire = wire;
  }

  /** The wire is lost: calls `expired` in `grace` ms unless the peer comes back. */
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
