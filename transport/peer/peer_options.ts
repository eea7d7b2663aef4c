/** What host and viewer have in common when they look for a way to each other. */
import type { IceServer, RtcOptions } from "../webrtc/rtc.ts";
import type { RoadPort } from "../signalling/road_port.ts";

export interface PathPolicy {
  /** `--force-websocket`: never WebRTC. */
  readonly forceWebsocket: boolean;
  /** `--strict-webrtc`: never the relay. */
  readonly strictWebrtc: boolean;
  /** `--ice-server`: besides those of the road. */
  readonly iceServers: readonly IceServer[];
  readonly icePolicy: RtcOptions["icePolicy"];
}

/**
 * The servers for an attempt that begins now: our own, then the road's. A server that both name is asked once, as we say: a
 * TURN server takes one allocation for each of our sockets, so a second credential there would be refused, or refuse ours.
 */
export function iceOptions(road: Pick<RoadPort, "ice">, policy: PathPolicy): RtcOptions {
  const { servers = [], policy: advice } = road.ice ?? {};
  const own = new Set(policy.iceServers.flatMap(({ urls }) => urls.map((url) => url.toLowerCase())));
  const more = servers
    .map((server) => ({ ...server, urls: server.urls.filter((url) => !own.has(url.toLowerCase())) }))
    .filter(({ urls }) => urls.length > 0);
  return { iceServers: [...policy.iceServers, ...more], icePolicy: advice ?? policy.icePolicy };
}
