/** A guest's membership at the node of its socket: forwards its messages to the node that holds its session. */
import type { ClientMessage, NegotiationState, PeerId, Signal } from "../../transport/schema/signal.ts";
import { CLOSE } from "../close_codes.ts";
import type { Wire } from "../sessions/peer.ts";
import { Refused } from "../refused.ts";
import type { Membership } from "../sessions/membership.ts";
import type { Bus } from "./bus.ts";
import { type Kind, packed } from "./envelope.ts";

/** How long a sender pauses while too much is in flight to Redis, in ms. */
const CROWDED_PAUSE = 50;
/** Guests of a node that is gone reconnect within this time, each at a random moment, in ms. */
const RETURN_SPAN = 1_000;
const NOTHING = new Uint8Array(0);

export interface Place {
  readonly session: string;
  readonly peer: PeerId;
  readonly role: "host" | "viewer";
}

/** A {@link Membership} whose session is on another node. */
export class RemoteMembership implements Membership {
  readonly session: string;
  readonly peer: PeerId;
  readonly role: "host" | "viewer";
  #over = false;

  /** `forget` is called once, when the membership has ended. */
  constructor(
    readonly bus: Bus,
    readonly holder: string,
    readonly guest: number,
    readonly wire: Wire,
    { session, peer, role }: Place,
    readonly forget: () => void,
  ) {
    this.session = session;
    this.peer = peer;
    this.role = role;
  }

  signal(to: PeerId, signal: Signal): void {
    this.#say({ type: "signal", to_peer: to, signal });
  }

  report(peer: PeerId, state: NegotiationState): void {
    this.#say({ type: "state", peer, state });
  }

  leave(): void {
    this.#say({ type: "leave" });
  }

  relay(bytes: Uint8Array): number {
    this.#send("bytes", bytes);
    return this.bus.crowded ? CROWDED_PAUSE : 0;
  }

  gone(left: boolean): void {
    if (this.#over) return;
    this.#over = true;
    if (this.bus.up) this.#put(left ? "left" : "gone", NOTHING);
    this.forget();
  }

  /** The other node cannot be reached: the peer joins again, and finds the session where it is then. */
  lost(): void {
    if (this.#over) return;
    this.#over = true;
    this.forget();
    this.wire.send({ type: "moving", after_ms: Math.floor(Math.random() * RETURN_SPAN) });
    this.wire.close(CLOSE.moving);
  }

  #say(message: ClientMessage): void {
    this.#send("said", packed(message));
  }

  #send(kind: Kind, payload: Uint8Array): void {
    if (this.bus.up) return this.#put(kind, payload);
    throw new Refused("unavailable", "the node that holds this session can't be reached", "join again");
  }

  #put(kind: Kind, payload: Uint8Array): void {
    this.bus.send(this.holder, { kind, guest: this.guest, payload });
  }
}
