/** Options and events of a {@link HostPeers} (host_peers.ts). */
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
  /** The most proved viewers at a time, including those whose connection is being rebuilt. */
  readonly maxViewers: number;
  /** Whether the process has resources (open files) for one more viewer; asked before each. */
  readonly spare?: () => boolean;
  /** `--approve`: called once for each viewer. */
  readonly approve?: Approve;
}

export interface HostEvents {
  joined(viewer: Viewer): void;
  /** A link to a viewer is open; it replaces the one before, which closes 2 s later. */
  link(peer: string, link: Link): void;
  left(peer: string, why: string): void;
  /** Another wrong guess; `failures` since the start. */
  guess(failures: number): void;
}

/** Where viewers join: a session on a road, and the secrets that admit them. */
export interface Entrance {
  /** Joined as the host of `session`. */
  readonly road: RoadPort;
  readonly session: string;
  /** A role without a record is closed. */
  readonly records: { readonly write?: PakeRecord; readonly view?: PakeRecord };
}

export interface HostPeersOptions extends Entrance {
  /** Null: WebRTC is not available, as with `forceWebsocket`. */
  readonly rtc: RtcFactory | null;
  readonly policy: HostPolicy;
  readonly log: Log;
  /** A role's secret has used up its guesses, with `failures` in all: makes the next record. Without this function the role closes. */
  readonly renew?: (access: Access, failures: number) => PakeRecord;
  /**
   * Whether `peer` has received something that its session sent after `time`, by the session's clock: then a link works, and its request for
   * another, which was made when that was the newest it knew, is out of date. Without this function none is.
   */
  readonly heardSince?: (peer: string, time: number) => boolean;
  /** A monotonic clock, in ms. */
  readonly now?: () => number;
  readonly timings?: Partial<typeof PEER_TIMINGS>;
}
