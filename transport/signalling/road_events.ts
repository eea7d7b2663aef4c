/** What goes into a {@link RoadClient} (road_client.ts) and what comes out of it. */
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

/** Waits in ms. */
export const ROAD_TIMINGS = {
  /** For a socket, and for the answer to `join`: a few losses in a row on a long path. */
  connect: 10_000,
  join: 5_000,
  /** Between pings, and how long a road may be silent after one: a dead socket is noticed within 25 s. */
  ping: 15_000,
  dead: 10_000,
  /** The same where a link was lost and the socket is suspected. */
  probe: 2_000,
  /** The first wait before joining again, doubled up to the last; each is drawn from its upper half. */
  retry: 250,
  retryMax: 5_000,
  /** Refusals in a row for so long end the client: the session is not coming back. */
  patience: 60_000,
};

/** What `join_success` said, less the token. */
export interface Joined {
  readonly session: string;
  readonly peer: PeerId;
  readonly publicUrl: string;
  readonly relay: boolean;
  readonly peers: readonly PeerId[];
  /** This end had joined before under the same id. */
  readonly resumed: boolean;
}

export interface RoadEvents {
  /** Each time that this end has joined, the first included. */
  joined(joined: Joined): void;
  /** The socket was lost, or an attempt to join again failed; the client goes on trying. */
  down(error: RoadError): void;
  /** For good: the road refuses this end, the session is over, or `close` was called (null). */
  ended(error: RoadError | null): void;
  /** `from` stands for the address of a viewer, where the road says it: one for one address, within this session. */
  peerJoined(peer: PeerId, hello: Signal | undefined, resumed: boolean, from: string | undefined): void;
  peerLeft(peer: PeerId, reason: "left" | "lost" | "expired" | "ended"): void;
  signal(peer: PeerId, signal: Signal): void;
  relayed(message: Relayed): void;
  state(peer: PeerId, state: NegotiationState): void;
}

/** Begins a WebSocket; throws Error where the address can't be used. */
export type OpenSocket = (url: string, protocol: string) => WebSocket;

export interface RoadClientOptions {
  /** The road's base URL, `http(s)` or `ws(s)`. */
  readonly road: string;
  readonly role: PeerRole;
  /** Absent for a host that wants a new one. */
  readonly session?: string;
  readonly log?: Log;
  /** Default: the platform's own WebSocket, which under Deno obeys Nagle's algorithm (`cli/network/road_socket.ts`). */
  readonly socket?: OpenSocket;
  /** What `hello` needs first: a join waits for it, its socket opens meanwhile. */
  readonly ready?: Promise<void>;
  /** In [0, 1), for the spread of waits. */
  readonly random?: () => number;
  readonly timings?: Partial<typeof ROAD_TIMINGS>;
}

/** The first message on a socket. A host claims its session by the token alone, a viewer its own id with it. */
export function joinMessage(
  role: PeerRole,
  claim: { readonly peer: PeerId; readonly token: string } | null,
  hello: Signal | undefined,
): ClientMessage {
  const proof = claim === null ? {} : role === "host" ? { token: claim.token } : claim;
  return { type: "join", version: PROTOCOL_VERSION, role, ...proof, ...(hello && { hello }) };
}

/** Tells a listener of what the road said about other peers. */
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
