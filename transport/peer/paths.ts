/** What both peers share in building links: options, and the WebRTC attempts. */
import { WebRtcAttempts, type WebRtcAttemptsOptions } from "./webrtc_attempts.ts";
import type { Link } from "../link.ts";
import type { Log } from "../log.ts";
import { iceOptions, type PathPolicy } from "./peer_options.ts";
import type { PEER_TIMINGS } from "../timings.ts";
import type { RoadPort } from "../signalling/road_port.ts";
import type { RtcFactory } from "../webrtc/rtc.ts";
import type { SealedSignalling } from "../signalling/sealed_signalling.ts";

export interface PathsOptions {
  readonly road: RoadPort;
  readonly rtc: RtcFactory | null;
  readonly policy: PathPolicy;
  readonly timings: typeof PEER_TIMINGS;
  readonly log: Log;
  /** A link is open. The session that uses the links closes those that it no longer needs. */
  readonly link: (link: Link) => void;
  /** The newest link ended. */
  readonly lost: (detail: string) => void;
}

/** Whether this peer's options and the road allow the relay. */
export function relayAllowed({ policy, road }: Pick<PathsOptions, "policy" | "road">): boolean {
  return !policy.strictWebrtc && road.joined?.relay === true;
}

/** Most links of one far end at a time: the one in use, the one before, one that is opening, and one spare. */
const MAX_LINKS = 4;

/**
 * Closes the oldest of `links` (in the order in which they opened) beyond {@link MAX_LINKS}: a far end that sends on old links would
 * otherwise keep them all open.
 */
export function closeOldest(links: Iterable<Link>): void {
  for (const link of [...links].slice(0, -MAX_LINKS)) void link.close("too many links of one peer");
}

/** The WebRTC attempts that signal over `line`; null where WebRTC is not available or not wanted. */
export function attemptsOver(
  line: SealedSignalling,
  { rtc, road, policy, timings, log }: PathsOptions,
  end: Pick<WebRtcAttemptsOptions, "role" | "opened" | "bulkOpened" | "failed">,
): WebRtcAttempts | null {
  if (rtc === null || policy.forceWebsocket) return null;
  return new WebRtcAttempts({
    ...end,
    rtc,
    log,
    ice: () => iceOptions(road, policy),
    limit: timings.attempt,
    send: (content) => void line.send(content),
  });
}
