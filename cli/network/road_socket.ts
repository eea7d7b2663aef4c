/**
 * The WebSocket to a road in the programs of a terminal. Deno's own leaves Nagle's algorithm (RFC 896) on, which holds the second of two
 * small frames for a round trip to the road: 100 ms for each key through the relay, and 200 of a join. `ws` turns it off.
 */
import { WebSocket } from "ws";
import { RoadClient } from "../../transport/signalling/road_client.ts";
import type { OpenSocket, RoadClientOptions } from "../../transport/signalling/road_events.ts";

/** The longest message that a road may send, bytes; its own limit is 64 KiB and a header. */
const MAX_PAYLOAD = 128 * 1024;

const open: OpenSocket = (url, protocol) =>
  // The same interface (WHATWG's) as the platform's, as far as a road client uses it.
  new WebSocket(url, protocol, {
    perMessageDeflate: false,
    maxPayload: MAX_PAYLOAD,
  }) as unknown as globalThis.WebSocket;

/** See {@link RoadClient}. */
export function roadClient(options: RoadClientOptions): RoadClient {
  return new RoadClient({ ...options, socket: open });
}
