/** How a join finds its place: on this node, or on the one that holds the session. */
import type { ClientMessage } from "../../transport/schema/signal.ts";
import type { Wire } from "./peer.ts";
import type { Seat } from "./membership.ts";
import type { Claim } from "./secrets.ts";

export type Join = Extract<ClientMessage, { type: "join" }>;

/** A join that found its place. */
export interface Seated {
  readonly seat: Seat;
  /** Whether the peer showed a token that it had been given. */
  readonly proven: boolean;
  /** Whether it was here before. */
  readonly resumed: boolean;
}

/** Seats in the sessions of this node. */
export interface LocalSeats {
  /** The road is going away: nobody joins any more. */
  readonly draining: boolean;
  /** `from` is the peer's address as `limitKey` has it. Throws {@link Refused}. */
  local(message: Join, name: string, wire: Wire, from: string, fresh?: Claim): Seated;
}

/** Where several nodes share sessions: finds the one that holds `name`, and a seat there. */
export interface Placement {
  /** Rejects with {@link Refused}. */
  seat(here: LocalSeats, message: Join, name: string, wire: Wire, from: string): Promise<Seated>;
}
