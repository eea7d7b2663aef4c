/** How a join finds its session: on this node, or on another one. */
import type { ClientMessage } from "../../transport/schema/signal.ts";
import type { Wire } from "./peer.ts";
import type { Seat } from "./membership.ts";
import type { Claim } from "./secrets.ts";

export type Join = Extract<ClientMessage, { type: "join" }>;

/** A join that was admitted. */
export interface Seated {
  readonly seat: Seat;
  /** Whether the peer showed a valid token. */
  readonly proven: boolean;
  /** Whether the peer was a member before. */
  readonly resumed: boolean;
}

/** The sessions of this node, for joins. */
export interface LocalSeats {
  /** The road is shutting down: no joins any more. */
  readonly draining: boolean;
  /** Makes a seat; `from` is the peer's address as `limitKey` has it. Throws {@link Refused}. */
  local(message: Join, name: string, wire: Wire, from: string, fresh?: Claim): Seated;
}

/** Where several nodes share sessions: finds the node that holds `name`, and makes a seat there. */
export interface Placement {
  /** Makes the seat. Rejects with {@link Refused}. */
  seat(here: LocalSeats, message: Join, name: string, wire: Wire, from: string): Promise<Seated>;
}
