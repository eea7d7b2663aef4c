/** What goes into a {@link HostPeers} (host_peers.ts) and what comes out of it. */
import type { Access } from "../auth/join_code.ts";
import type { Approve, Viewer } from "./host_peer.ts";
import type { Link } from "../link.ts";
import type { Log } from "../log.ts";
import type { PakeRecord } from "../auth/pake.ts";
import type { PathPolicy } from "./peer_options.ts";
import type { PEER_TIMINGS } from "../timings.ts";
import type { RoadPort } from "../signalling/road_port.ts";
import type { RtcFactory } from "../webrtc/rtc.ts";

export interface HostPolicy extends PathPolicy {
  /** Proved viewers at a time; those whose connection is being rebuilt count. */
  readonly maxViewers: number;
  /** Whether the process may open what one more viewer takes; asked before each. */
  readonly spare?: () => boolean;
  /** `--approve`: asked once for each viewer. */
  readonly approve?: Approve;
}

export interface HostEvents {
  joined(viewer: Viewer): void;
  /** A link to a viewer is open; it replaces the one before, which closes 2 s later. */
  link(peer: string, link: Link): void;
  left(peer: string, why: string): void;
  /** Another wrong secret, of so many since the start. */
  guess(failures: number): void;
}

/** Where viewers come in: a session of a road, and what lets them in there. */
export interface Entrance {
  /** Joined as the host of `session`. */
  readonly road: RoadPort;
  readonly session: string;
  /** A role that has none can't be had. */
  readonly records: { readonly write?: PakeRecord; readonly view?: PakeRecord };
}

export interface HostPeersOptions extends Entrance {
  /** Null: no WebRTC here, as with `forceWebsocket`. */
  readonly rtc: RtcFactory | null;
  readonly policy: HostPolicy;
  readonly log: Log;
  /** A role's secret has met as many wrong guesses as it may, `failures` in all: makes the next one. Without this, nobody comes in any more. */
  readonly renew?: (access: Access, failures: number) => PakeRecord;
  /** Steady ms. */
  readonly now?: () => number;
  readonly timings?: Partial<typeof PEER_TIMINGS>;
}
