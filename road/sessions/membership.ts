/** What a joined peer can do, wherever its session is held: on this node, or on another one (`nodes/remote_seat.ts`). */
import type { ClientMessage, NegotiationState, PeerId, Signal } from "../../transport/schema/signal.ts";
import { steady } from "../clock.ts";
import type { Context } from "../context.ts";
import type { Peer, Wire } from "./peer.ts";
import { Refused } from "../refused.ts";
import { relay } from "./relay.ts";
import type { Session } from "./session.ts";

export interface Membership {
  readonly session: string;
  readonly peer: PeerId;
  readonly role: "host" | "viewer";
  /** Passes a signal on. Throws {@link Refused}. */
  signal(to: PeerId, signal: Signal): void;
  /** Reports the state of a negotiation. Throws {@link Refused}. */
  report(about: PeerId, state: NegotiationState): void;
  /** Ends the session, for its host. Throws {@link Refused}. */
  leave(): void;
  /**
   * Relays bytes; the header may be changed in place. Returns how long the sender must pause, in ms, to keep the session within its rate.
   * Throws {@link Refused} or `SignalError`.
   */
  relay(bytes: Uint8Array): number;
  /** The peer's wire is gone; `left` if it said goodbye. The peer is kept for `grace` ms, or for the configured time. */
  gone(left: boolean, grace?: number): void;
}

/** A membership in a session of this node. */
export class LocalMembership implements Membership {
  constructor(
    readonly context: Context,
    readonly where: Session,
    readonly who: Peer,
    readonly wire: Wire,
  ) {}

  get session(): string {
    return this.where.id;
  }

  get peer(): PeerId {
    return this.who.id;
  }

  get role(): "host" | "viewer" {
    return this.who === this.where.host ? "host" : "viewer";
  }

  signal(to: PeerId, signal: Signal): void {
    if (this.role === "viewer" && this.where.host.wire?.crowded) {
      throw new Refused("unavailable", "the host does not read what waits for it", "try again in a second");
    }
    this.where.activeAt = steady();
    this.where.signal(this.who, to, signal);
  }

  report(about: PeerId, state: NegotiationState): void {
    this.where.report(this.who, about, state);
  }

  leave(): void {
    if (this.role === "host") return this.where.end("ended");
    throw new Refused(
      "not_authorised",
      "only the host ends a session",
      "close the socket with 1000 to leave",
    );
  }

  relay(bytes: Uint8Array): number {
    this.where.activeAt = steady();
    return relay(this.context, this.where, this.who, bytes);
  }

  gone(left: boolean, grace?: number): void {
    this.where.detach(this.who, this.wire, left, grace);
  }
}

/** Handles a message of a joined peer. Throws {@link Refused}. */
export function speak(member: Membership, message: Exclude<ClientMessage, { type: "ping" }>): void {
  switch (message.type) {
    case "join":
      throw new Refused("bad_message", "this socket has joined", "join again on another one");
    case "signal":
      return member.signal(message.to_peer, message.signal);
    case "state":
      return member.report(message.peer, message.state);
    case "leave":
      return member.leave();
  }
}
