import type { Signal } from "../transport/signal.ts";
import type { Controller } from "./controller.ts";
import type { Peer } from "./peer.ts";

/** A viewer in its session. */
export interface Viewer {
  readonly peer: Peer;
  readonly negotiation: Controller;
  /** What the host has not been told yet, because it was away when the viewer came. */
  arrival: Arrival | null;
  /** Fails a negotiation that waits for its answer too long. */
  timer: ReturnType<typeof setTimeout> | undefined;
}

export interface Arrival {
  readonly hello?: Signal;
  readonly resumed: boolean;
  /** The address that it came from, as `limitKey` has it. */
  readonly from: string;
}
