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
  /** What the host has not been told yet, because it was away when the viewer came. */
  arrival: Arrival | null;
  /** The address that it came from last, as `limitKey` has it. */
  address: string;
  /** When it came first; steady ms. */
  readonly seatedAt: number;
  /** The host has said that it proved the secret (`API.md`, "Let in"). */
  letIn: boolean;
  /** `pake` messages that its address paid for and may get back. */
  guesses: number;
  /** Fails a negotiation that waits for its answer too long. */
  timer: ReturnType<typeof setTimeout> | undefined;
}

export interface Arrival {
  readonly hello?: Signal;
  readonly resumed: boolean;
  /** The address that it came from, as `limitKey` has it. */
  readonly from: string;
}

export function newViewer(peer: Peer, negotiation: Negotiation, share: RelayShare): Viewer {
  return {
    ...{ peer, negotiation, share, arrival: null, timer: undefined },
    ...{ address: "", seatedAt: steady(), letIn: false, guesses: 0 },
  };
}

/** Nothing of it is left: no timer, no socket, no signal. */
export function dropViewer({ peer, negotiation, timer }: Viewer): void {
  clearTimeout(timer);
  peer.drop();
  negotiation.drop();
}
