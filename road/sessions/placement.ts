/** How a join finds its session: on this node, or on another one. */
import type { ClientMessage } from "../../transport/schema/signal.ts";
import type { Wire } from "./peer.ts";
import type { Membership } from "./membership.ts";
import type { Claim } from "./tokens.ts";

export type Join = Extract<ClientMessage, { type: "join" }>;

/** A join that was admitted. */
export interface Admitted {
  readonly membership: Membership;
  /** Whether the peer showed a valid token. */
  readonly proven: boolean;
  /** Whether the peer was a member before. */
  readonly resumed: boolean;
}

/** The sessions of this node, for joins. */
export interface LocalSessions {
  /** The road is shutting down: no joins any more. */
  readonly draining: boolean;
  /** Admits a peer; `from` is the peer's address as `limitKey` has it. Throws {@link Refused}. */
  local(message: Join, name: string, wire: Wire, from: string, fresh?: Claim): Admitted;
}

/** Where several nodes share sessions: finds the node that holds `name`, and admits the peer there. */
export interface Placement {
  /** Admits a peer. Rejects with {@link Refused}. */
  admit(here: LocalSessions, message: Join, name: string, wire: Wire, from: string): Promise<Admitted>;
}
