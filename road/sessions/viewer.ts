import type { Signal } from "../../transport/schema/signal.ts";
import { steady } from "../clock.ts";
import type { Negotiation } from "../negotiation/negotiation.ts";
import type { Peer } from "./peer.ts";
import type { RelayShare } from "./relay_share.ts";

/** A viewer in its session. */
export interface Viewer {
  readonly peer: Peer;
  readonly negotiation: Negotiation;
  readonly share: RelayShare;
  /** The arrival that the host has not been told of, because it was away then. */
  arrival: Arrival | null;
  /** The address that it last came from, as `limitKey` has it. */
  address: string;
  /** When it first joined; monotonic ms. */
  readonly seatedAt: number;
  /** The host has confirmed that the viewer proved the secret (`API.md`, "Let in"). */
  letIn: boolean;
  /** `pake` messages that its address was charged for and may be refunded. */
  guesses: number;
  /** Fails a negotiation whose offer is not answered in time. */
  timer: ReturnType<typeof setTimeout> | undefined;
}

export interface Arrival {
  readonly hello?: Signal;
  readonly resumed: boolean;
  /** The address that it came from, as `limitKey` has it. */
  readonly from: string;
}

/** A viewer that has just been added to its session. */
export function newViewer(peer: Peer, negotiation: Negotiation, share: RelayShare): Viewer {
  return {
    ...{ peer, negotiation, share, arrival: null, timer: undefined },
    ...{ address: "", seatedAt: steady(), letIn: false, guesses: 0 },
  };
}

/** Frees everything of a viewer: its timers, its socket, its signals. */
export function dropViewer({ peer, negotiation, timer }: Viewer): void {
  clearTimeout(timer);
  peer.drop();
  negotiation.drop();
}
