/**
 * The signalling schema that peers and road share: JSON text messages on the WebSocket `/ws/<session>`. `road/API.md` describes it for
 * other implementations. `signal_codec.ts` decodes it strictly; `relay_message.ts` has the binary messages.
 */

/** Raised by one whenever an old peer could misread a new one. */
export const PROTOCOL_VERSION = 1;

/** The WebSocket subprotocol that both sides request; an incompatible version of Beach uses another name. */
export const SUBPROTOCOL = "beach.road.1";

/** `host`, or the id that the road assigned to a viewer: 8 characters of `a-z2-7`. */
export type PeerId = string;
export const HOST_PEER: PeerId = "host";

export type PeerRole = "host" | "viewer";

/** The purpose of a signal. The road sees the kind (to track the state of the negotiation) and never the content. */
export type SignalKind = "pake" | "offer" | "answer" | "ice" | "control";

/**
 * One signal between two peers. `data` is base64url: of an OPAQUE message for `pake`, of a sealed message (`seal.ts`) for all other kinds.
 * `negotiation` numbers the attempts between two peers, from 1; a higher number replaces the lower.
 */
export interface Signal {
  readonly kind: SignalKind;
  readonly negotiation: number;
  readonly data: string;
}

/** TURN and STUN servers, with credentials made for this peer. Times are Unix seconds. */
export interface IceGrant {
  readonly servers: readonly {
    readonly urls: readonly string[];
    readonly username?: string;
    readonly credential?: string;
  }[];
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly ttlSeconds: number;
  /** Set where the operator wants connections through TURN only. */
  readonly policy?: "relay";
}

export type NegotiationState =
  | "connecting"
  | "offer"
  | "answer"
  | "ice"
  | "connected"
  | "failed"
  | "fallback";

export type ErrorCode =
  | "bad_message"
  | "bad_version"
  | "bad_origin"
  | "bad_host"
  | "not_found"
  | "not_authorised"
  | "host_taken"
  | "host_absent"
  | "full"
  | "rate_limited"
  | "too_large"
  | "out_of_order"
  | "unknown_peer"
  | "expired"
  | "draining"
  | "unavailable";

/** Messages from a peer to the road. */
export type ClientMessage =
  /**
   * The first message on the socket. A host joins `/ws/new` (the road names the session) or `/ws/<session>` with its token (a re-claim,
   * also after the road restarted). A viewer joins `/ws/<session>`, with its previous `peer` and `token` when it reconnects, and may
   * include its first PAKE message as `hello` to save a round trip.
   */
  | {
    readonly type: "join";
    readonly version: number;
    readonly role: PeerRole;
    readonly peer?: PeerId;
    readonly token?: string;
    readonly hello?: Signal;
  }
  | { readonly type: "signal"; readonly to_peer: PeerId; readonly signal: Signal }
  /** The outcome of a negotiation with `peer`, so that the road can count and show it. */
  | { readonly type: "state"; readonly peer: PeerId; readonly state: NegotiationState }
  /** Ends the session (host only): the road notifies its viewers and frees the id. */
  | { readonly type: "leave" }
  | { readonly type: "ping"; readonly id: number };

/** Messages from the road to a peer. */
export type RoadMessage =
  | {
    readonly type: "join_success";
    readonly session: string;
    readonly peer: PeerId;
    /** Proves this peer when it reconnects. Secret. */
    readonly token: string;
    readonly public_url: string;
    readonly relay: boolean;
    readonly ice?: IceGrant;
    /** For a host: the viewers on the road. For a viewer: `["host"]`, or empty while the host is away. */
    readonly peers: readonly PeerId[];
  }
  | {
    readonly type: "join_error";
    readonly code: ErrorCode;
    readonly message: string;
    readonly hint?: string;
  }
  | {
    readonly type: "peer_joined";
    readonly peer: PeerId;
    readonly hello?: Signal;
    readonly resumed: boolean;
    /** To a host, about a viewer: a token that stands for the viewer's address and reveals nothing about it. */
    readonly from?: string;
  }
  | {
    readonly type: "peer_left";
    readonly peer: PeerId;
    readonly reason: "left" | "lost" | "expired" | "ended";
  }
  | { readonly type: "signal"; readonly from_peer: PeerId; readonly signal: Signal }
  | { readonly type: "state"; readonly peer: PeerId; readonly state: NegotiationState }
  | { readonly type: "ice"; readonly ice: IceGrant }
  /** A message of this peer was refused; the socket stays open unless the road closes it next. */
  | { readonly type: "error"; readonly code: ErrorCode; readonly message: string; readonly hint?: string }
  /** This node shuts down: join again (at any node) after `after_ms`. */
  | { readonly type: "moving"; readonly after_ms: number }
  | { readonly type: "pong"; readonly id: number };

/**
 * A relayed message is a binary WebSocket message: the other peer's id in 8 bytes of ASCII (`host` padded with `-`), then one byte of
 * channel (0 ctrl, 1 term, 2 bulk), then sealed bytes. The road replaces the receiver's id by the sender's.
 */
export const RELAY_HEADER = 9;

/** Limits of the schema; a message above one is refused whole. In bytes, except for the counts. */
export const LIMITS = {
  /** A JSON message: an SDP of about 2 KiB, sealed and in base64url, with a margin. */
  message: 32 * 1024,
  signalData: 24 * 1024,
  /** The `data` of a `pake` signal: the longest PAKE message has 427 characters. */
  pakeData: 1024,
  token: 64,
  /** A relayed message with its header: the largest link message and the bytes that sealing adds. */
  relay: 64 * 1024 + 64,
  peers: 256,
  /** Signals in one request of signalling over HTTP. */
  httpSignals: 32,
  /** Messages in one HTTP answer: twice what our road keeps for a client. */
  httpMail: 512,
} as const;

/**
 * The form of a session id: no letters and digits that people confuse. Defined here because the command line checks it before it loads a
 * decoder.
 */
export const SESSION_ID = /^[a-km-np-z2-9]{6,16}$/;
