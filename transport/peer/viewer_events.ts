/** Options and events of a {@link ViewerPeer} (viewer_peer.ts). */
import type { Access } from "../auth/join_code.ts";
import type { Refusal } from "../auth/host_login.ts";
import type { Link, Path } from "../link.ts";
import type { Log } from "../log.ts";
import type { PathPolicy } from "./peer_options.ts";
import type { PEER_TIMINGS } from "../timings.ts";
import type { RoadPort } from "../signalling/road_port.ts";
import type { RoadClient } from "../signalling/road_client.ts";
import type { RoadError } from "../signalling/road_error.ts";
import type { RtcFactory } from "../webrtc/rtc.ts";

/** Why a viewer is not admitted. `silent`: the host did not answer; `denied`: the host refused; `no_path`: no link could be built. */
export type RefusedReason = Exclude<Refusal, "unknown"> | "silent" | "denied" | "no_path";

export interface ViewerEvents {
  /** The secret is proved; the host grants this role. */
  role(role: Access): void;
  /** The host, or a person there, has to act first. */
  waiting(why: string): void;
  /** A link is open; it replaces the one before, which closes by itself. */
  link(link: Link): void;
  path(path: Path): void;
  /** Final; no event follows. */
  refused(reason: RefusedReason, detail: string): void;
  /** The host ended the session, or the road reports that and no link is left. Final. */
  ended(why: string): void;
}

export interface ViewerPeerOptions {
  /** Not yet connected: its first join carries the first message of the login. */
  readonly road: RoadPort & Pick<RoadClient, "hello">;
  readonly session: string;
  readonly access: Access;
  /** Words or passphrase. */
  readonly secret: string;
  readonly name: string;
  /** Null: WebRTC is not available, as with `forceWebsocket`. */
  readonly rtc: RtcFactory | null;
  readonly policy: PathPolicy;
  readonly log: Log;
  readonly timings?: Partial<typeof PEER_TIMINGS>;
}

/** A host's refusals as text for people. */
export const SAID = {
  wrong: "the secret is not the host's",
  paused: "joining is paused after too many wrong secrets",
  full: "the host takes no more viewers",
  locked: "the host lets nobody new in",
  silent: "the host is on the road but did not answer the login",
} as const;

/** The text for a road's final report about the host, by code. */
export const OVER: Readonly<Record<string, string | undefined>> = {
  ended: "the host ended it",
  expired: "its host was away for too long",
};

/** The text for the end of the road connection. */
export function roadOver({ code, value, message }: RoadError): string {
  return code === "ended" ? value : message;
}

/** The text where no link opened within `ms`. */
export function noPath(ms: number, { strictWebrtc }: PathPolicy): string {
  const more = strictWebrtc ? ", and --strict-webrtc allows no relay" : "";
  return `no connection to the host came up within ${ms / 1000} s${more}`;
}
