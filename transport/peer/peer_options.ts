/** Options that host and viewer share for building links. */
import type { IceServer, RtcOptions } from "../webrtc/rtc.ts";
import type { RoadPort } from "../signalling/road_port.ts";

export interface PathPolicy {
  /** `--force-websocket`: never use WebRTC. */
  readonly forceWebsocket: boolean;
  /** `--strict-webrtc`: never use the relay. */
  readonly strictWebrtc: boolean;
  /** `--ice-server`: in addition to those of the road. */
  readonly iceServers: readonly IceServer[];
  readonly icePolicy: RtcOptions["icePolicy"];
}

/**
 * The servers for an attempt that begins now: our own, then the road's. A server that both lists name is used once, with our credentials: a
 * TURN server accepts one allocation per socket, so a second credential would be refused, or make it refuse ours.
 */
export function iceOptions(road: Pick<RoadPort, "ice">, policy: PathPolicy): RtcOptions {
  const { servers = [], policy: advice } = road.ice ?? {};
  const own = new Set(policy.iceServers.flatMap(({ urls }) => urls.map((url) => url.toLowerCase())));
  const more = servers
    .map((server) => ({ ...server, urls: server.urls.filter((url) => !own.has(url.toLowerCase())) }))
    .filter(({ urls }) => urls.length > 0);
  return { iceServers: [...policy.iceServers, ...more], icePolicy: advice ?? policy.icePolicy };
}
