/**
 * Strict decoders and encoders of `signal.ts`. A decoder returns a value of exactly the schema (no unknown field, no
 * value out of range, no control character that could reach a terminal) or throws a {@link SignalError}.
 */
import { decode, parse, PRINTABLE, SignalError } from "./json_fields.ts";
import {
  type ClientMessage,
  type ErrorCode,
  LIMITS,
  type NegotiationState,
  PROTOCOL_VERSION,
  type RoadMessage,
  SESSION_ID,
} from "./signal.ts";
import {
  list,
  literal,
  object,
  oneOf,
  optional,
  tagged,
  text,
  type Value,
  whole,
  yesOrNo,
} from "./strict_json.ts";

export const PEER_ID = /^(?:host|[a-z2-7]{8})$/;
/** What stands for an address: 64 bits in base64url. */
const FROM = /^[A-Za-z0-9_-]{11}$/;
const BASE64URL = /^[A-Za-z0-9_-]+$/;
/** What `pake` says: base64url, or what a host may answer in the clear; see `README.md`. */
const PAKE_DATA = /^(?:[A-Za-z0-9_-]+|!(?:wrong|unknown|paused|full))$/;
const ICE_URL = /^(?:stuns?|turns?):[A-Za-z0-9._:[\]?=-]+$/;
/** The longest human-readable text and URL in a message, in UTF-16 units: one line of a wide terminal, twice over. */
const TEXT = 512;
/** The most ICE servers in a grant, and the most URLs in one: far more than any road hands out. */
const ICE_SERVERS = 8;
/** Negotiations count from 1; 2^31 of them take centuries. */
const MAX_NEGOTIATION = 2 ** 31 - 1;

const STATES: readonly NegotiationState[] = [
  "connecting",
  "offer",
  "answer",
  "ice",
  "connected",
  "failed",
  "fallback",
];
const LEFT = ["left", "lost", "expired", "ended"] as const;
const CODES: readonly ErrorCode[] = [
  "bad_message",
  "bad_version",
  "bad_origin",
  "bad_host",
  "not_found",
  "not_authorised",
  "host_taken",
  "host_absent",
  "full",
  "rate_limited",
  "too_large",
  "out_of_order",
  "unknown_peer",
  "expired",
  "draining",
  "unavailable",
];

/** The longest that a road may ask an end to wait before it joins again, in ms. */
const MAX_MOVE_DELAY = 60_000;

const sessionId = text(16, SESSION_ID, "a session id");
const peerId = text(8, PEER_ID, "a peer id");
const token = text(LIMITS.token, BASE64URL, "a token");
const readable = text(TEXT, PRINTABLE, "text of one line");
const count = whole(0, Number.MAX_SAFE_INTEGER);
const negotiation = whole(1, MAX_NEGOTIATION);
const data = text(LIMITS.signalData, BASE64URL, "base64url");
const state = oneOf(STATES);

const pake = object({
  kind: literal("pake"),
  negotiation,
  data: text(LIMITS.pakeData, PAKE_DATA, "base64url or a refusal"),
});
const sealed = <const K extends string>(kind: K) => object({ kind: literal(kind), negotiation, data });
const signal = tagged("kind", {
  pake,
  offer: sealed("offer"),
  answer: sealed("answer"),
  ice: sealed("ice"),
  control: sealed("control"),
});

const iceServer = object({
  urls: list(text(TEXT, ICE_URL, "the URL of a STUN or TURN server"), ICE_SERVERS),
  username: optional(readable),
  credential: optional(readable),
});
const ice = object({
  servers: list(iceServer, ICE_SERVERS),
  issuedAt: count,
  expiresAt: count,
  ttlSeconds: count,
  policy: optional(oneOf(["relay"])),
});

const CLIENT = tagged("type", {
  join: object({
    type: literal("join"),
    version: count,
    role: oneOf(["host", "viewer"]),
    peer: optional(peerId),
    token: optional(token),
    hello: optional(pake),
  }),
  signal: object({ type: literal("signal"), to_peer: peerId, signal }),
  state: object({ type: literal("state"), peer: peerId, state }),
  leave: object({ type: literal("leave") }),
  ping: object({ type: literal("ping"), id: count }),
});

const told = { code: oneOf(CODES), message: readable, hint: optional(readable) };
const ROAD = tagged("type", {
  join_success: object({
    type: literal("join_success"),
    session: sessionId,
    peer: peerId,
    token,
    public_url: text(TEXT, /^https?:\/\/[!-~]+$/, "a URL"),
    relay: yesOrNo,
    ice: optional(ice),
    peers: list(peerId, LIMITS.peers),
  }),
  join_error: object({ type: literal("join_error"), ...told }),
  error: object({ type: literal("error"), ...told }),
  peer_joined: object({
    type: literal("peer_joined"),
    peer: peerId,
    hello: optional(pake),
    resumed: yesOrNo,
    from: optional(text(11, FROM, "what stands for an address")),
  }),
  peer_left: object({ type: literal("peer_left"), peer: peerId, reason: oneOf(LEFT) }),
  signal: object({ type: literal("signal"), from_peer: peerId, signal }),
  state: object({ type: literal("state"), peer: peerId, state }),
  ice: object({ type: literal("ice"), ice }),
  moving: object({ type: literal("moving"), after_ms: whole(0, MAX_MOVE_DELAY) }),
  pong: object({ type: literal("pong"), id: count }),
});

/** What a viewer without a socket sends; `road/API.md`, "Signalling over HTTP", says when which of its parts. */
const HTTP_BODY = object({
  session: sessionId,
  version: optional(count),
  peer: optional(peerId),
  hello: optional(pake),
  signals: optional(list(signal, LIMITS.httpSignals)),
  state: optional(oneOf(["connected", "failed"])),
});

/** The body of a request of signalling over HTTP. Throws {@link SignalError}. */
export function decodeHttpBody(json: string): Value<typeof HTTP_BODY> {
  return decode(HTTP_BODY, parse(json), "the body");
}

/** What an end sent, as the road reads it. Throws {@link SignalError} (`bad_version` before anything else of a join). */
export function decodeClientMessage(json: string): ClientMessage {
  const value = parse(json) as { readonly type?: unknown; readonly version?: unknown } | null;
  const version = value?.type === "join" ? value.version : PROTOCOL_VERSION;
  if (Number.isSafeInteger(version) && version !== PROTOCOL_VERSION) {
    throw new SignalError("bad_version", `version ${version} is not spoken here; ${PROTOCOL_VERSION} is`);
  }
  return decode(CLIENT, value, "a message");
}

/** What the road sent, as an end reads it. Throws {@link SignalError}. */
export function decodeRoadMessage(json: string): RoadMessage {
  return decode(ROAD, parse(json), "a message");
}

const HTTP_MAIL = object({
  messages: list(ROAD, LIMITS.httpMail),
  next: count,
  over: optional(yesOrNo),
});
const HTTP_REFUSAL = object({ error: object({ code: oneOf(CODES), message: readable }) });

/** What a road has for a viewer without a socket, as decoded JSON. Throws {@link SignalError}. */
export function decodeHttpMail(value: unknown): Value<typeof HTTP_MAIL> {
  return decode(HTTP_MAIL, value, "the mail");
}

/** Why a road refused a request, as decoded JSON. Throws {@link SignalError}. */
export function decodeHttpRefusal(value: unknown): { readonly code: ErrorCode; readonly message: string } {
  return decode(HTTP_REFUSAL, value, "the refusal").error;
}

/** The JSON text of what an end sends. */
export function encodeClientMessage(message: ClientMessage): string {
  return JSON.stringify(message);
}

/** The JSON text of what the road sends. */
export function encodeRoadMessage(message: RoadMessage): string {
  return JSON.stringify(message);
}
