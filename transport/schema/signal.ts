/**
 * The signalling schema that ends and road share: JSON text messages on the WebSocket `/ws/<session>`.
 * `road/API.md` describes it for other implementations. Decoding is strict: see `signal_codec.ts`, and `relay_message.ts` for bytes.
 */

/** Raised by one whenever an old end could misread a new one. */
export const PROTOCOL_VERSION = 1;

/** The WebSocket subprotocol that both sides name; another version of Beach names another. */
export const SUBPROTOCOL = "beach.road.1";

/** `host`, or the id that the road gave a viewer: 8 characters of `a-z2-7`. */
export type PeerId = string;
export const HOST_PEER: PeerId = "host";

export type PeerRole = "host" | "viewer";

/** What a signal is for. The road sees the kind (to keep its state of the negotiation) and never the content. */
export type SignalKind = "pake" | "offer" | "answer" | "ice" | "control";

/**
 * One signal between two peers. `data` is base64url: of an OPAQUE message for `pake`, of a sealed one (see `seal.ts`) for
 * all other kinds. `negotiation` counts the attempts between two peers, from 1; a higher one replaces the lower.
 */
export interface Signal {
  readonly kind: SignalKind;
  readonly negotiation: number;
  readonly data: string;
}

/** TURN and STUN servers, with credentials minted for this peer. Times are Unix seconds. */
export interface IceGrant {
  readonly servers: readonly {
    readonly urls: readonly string[];
    readonly username?: string;
    readonly credential?: string;
  }[];
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly ttlSeconds: number;
  /** The operator's advice: use TURN alone. */
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

/** What an end sends. */
export type ClientMessage =
  /**
   * The first message on the socket. A host joins `/ws/new` (the road names the session) or `/ws/<session>` with its
   * token (a re-claim, also after a road restart). A viewer joins `/ws/<session>`, with its own `peer` and `token` when it
   * comes back, and may carry its first PAKE message as `hello` to save a round trip.
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
  /** What became of a negotiation with `peer`, so that the road can count and show it. */
  | { readonly type: "state"; readonly peer: PeerId; readonly state: NegotiationState }
  /** The session is over (host only): its viewers are told and the id is free. */
  | { readonly type: "leave" }
  | { readonly type: "ping"; readonly id: number };

/** What the road sends. */
export type RoadMessage =
  | {
    readonly type: "join_success";
    readonly session: string;
    readonly peer: PeerId;
    /** Proves this peer when its socket comes back. Secret. */
    readonly token: string;
    readonly public_url: string;
    readonly relay: boolean;
    readonly ice?: IceGrant;
    /** For a host: the viewers that are there. For a viewer: `["host"]`, or none while the host is away. */
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
    /** To a host, of a viewer: stands for the address that it came from, and tells nothing about it. */
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
  /** A message of ours was refused; the socket stays open unless the road closes it next. */
  | { readonly type: "error"; readonly code: ErrorCode; readonly message: string; readonly hint?: string }
  /** This node is going away: join again (anywhere) after `after_ms`. */
  | { readonly type: "moving"; readonly after_ms: number }
  | { readonly type: "pong"; readonly id: number };

/**
 * A relayed message is a binary WebSocket message: the other peer's id in 8 bytes of ASCII (`host` padded with `-`),
 * then one byte of channel (0 ctrl, 1 term, 2 bulk), then sealed bytes. The road swaps the addressee for the sender.
 */
export const RELAY_HEADER = 9;

/** Limits of the schema; a message over one is refused whole. Bytes, but for the counts. */
export const LIMITS = {
  /** A JSON message: an SDP of about 2 KiB, sealed and base64url, with room. */
  message: 32 * 1024,
  signalData: 24 * 1024,
  /** The same of a `pake`: the longest message of the PAKE has 427 characters. */
  pakeData: 1024,
  token: 64,
  /** A relayed message with its header: the largest link message and its seal. */
  relay: 64 * 1024 + 64,
  peers: 256,
  /** Signals in one request of signalling over HTTP. */
  httpSignals: 32,
  /** Messages in one answer: twice what our road keeps for a client. */
  httpMail: 512,
} as const;

/** What a session id looks like: no letters and digits that are taken for each other. Here, since the command line reads it before a decoder is loaded. */
export const SESSION_ID = /^[a-km-np-z2-9]{6,16}$/;
