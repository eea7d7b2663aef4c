/** Options and events of a {@link RoadClient} (road_client.ts). */
import type { Log } from "../log.ts";
import type { RoadError } from "./road_error.ts";
import {
  type ClientMessage,
  type NegotiationState,
  type PeerId,
  type PeerRole,
  PROTOCOL_VERSION,
  type RoadMessage,
  type Signal,
} from "../schema/signal.ts";
import type { Relayed } from "../schema/relay_message.ts";

/** Durations in ms. */
export const ROAD_TIMINGS = {
  /** The limit for a socket to open, and for the answer to `join`: enough for several losses in a row on a long path. */
  connect: 10_000,
  join: 5_000,
  /** The interval of pings, and how long a road may be silent after one: a dead socket is noticed within 25 s. */
  ping: 15_000,
  dead: 10_000,
  /** The same silence where a link was lost and the socket is suspected. */
  probe: 2_000,
  /** The first wait before joining again, and the longest, to which it doubles; each wait is drawn from its upper half. */
  retry: 250,
  retryMax: 5_000,
  /** Refusals in a row for so long end the client: the session will not come back. */
  patience: 60_000,
};

/** The content of `join_success`, without the token. */
export interface Joined {
  readonly session: string;
  readonly peer: PeerId;
  readonly publicUrl: string;
  readonly relay: boolean;
  readonly peers: readonly PeerId[];
  /** Whether this peer had joined before under the same id. */
  readonly resumed: boolean;
}

export interface RoadEvents {
  /** After each join, the first included. */
  joined(joined: Joined): void;
  /** The socket was lost, or an attempt to join again failed; the client goes on trying. */
  down(error: RoadError): void;
  /** The final event: the road refuses this peer, the session is over, or `close` was called (null). */
  ended(error: RoadError | null): void;
  /**
   * `from` is a token for the address of a viewer, where the road sends one: the same token means the same address, within this session.
   */
  peerJoined(peer: PeerId, hello: Signal | undefined, resumed: boolean, from: string | undefined): void;
  peerLeft(peer: PeerId, reason: "left" | "lost" | "expired" | "ended"): void;
  signal(peer: PeerId, signal: Signal): void;
  relayed(message: Relayed): void;
  state(peer: PeerId, state: NegotiationState): void;
}

/** Starts to open a WebSocket; throws Error for an invalid address. */
export type OpenSocket = (url: string, protocol: string) => WebSocket;

export interface RoadClientOptions {
  /** The road's base URL, `http(s)` or `ws(s)`. */
  readonly road: string;
  readonly role: PeerRole;
  /** Absent for a host that asks for a new session. */
  readonly session?: string;
  readonly log?: Log;
  /** Default: the platform's own WebSocket, which under Deno leaves Nagle's algorithm on (`cli/network/road_socket.ts` turns it off). */
  readonly socket?: OpenSocket;
  /** Settles when `hello` can be called: a join waits for it, while its socket opens. */
  readonly ready?: Promise<void>;
  /** Returns a number in [0, 1), for the jitter of waits. */
  readonly random?: () => number;
  readonly timings?: Partial<typeof ROAD_TIMINGS>;
}

/** The first message on a socket. A host claims its session by the token alone, a viewer claims its id with it. */
export function joinMessage(
  role: PeerRole,
  claim: { readonly peer: PeerId; readonly token: string } | null,
  hello: Signal | undefined,
): ClientMessage {
  const proof = claim === null ? {} : role === "host" ? { token: claim.token } : claim;
  return { type: "join", version: PROTOCOL_VERSION, role, ...proof, ...(hello && { hello }) };
}

/** Tells a listener about a message of the road that concerns other peers. */
export function tell(
  to: Partial<RoadEvents>,
  message: Extract<RoadMessage, { type: "peer_joined" | "peer_left" | "signal" | "state" }>,
): void {
  switch (message.type) {
    case "peer_joined":
      return to.peerJoined?.(message.peer, message.hello, message.resumed, message.from);
    case "peer_left":
      return to.peerLeft?.(message.peer, message.reason);
    case "signal":
      return to.signal?.(message.from_peer, message.signal);
    case "state":
      return to.state?.(message.peer, message.state);
  }
}
