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
/** The token that stands for an address: 64 bits in base64url. */
const FROM = /^[A-Za-z0-9_-]{11}$/;
const BASE64URL = /^[A-Za-z0-9_-]+$/;
/** The `data` of `pake`: base64url, or a host's refusal in the clear; see `README.md`. */
const PAKE_DATA = /^(?:[A-Za-z0-9_-]+|!(?:wrong|unknown|paused|full|locked))$/;
const ICE_URL = /^(?:stuns?|turns?):[A-Za-z0-9._:[\]?=-]+$/;
/** The longest human-readable text or URL in a message, in UTF-16 units: two lines of a wide terminal. */
const TEXT = 512;
/** The most ICE servers in a grant, and the most URLs in one server: far more than any road sends. */
const ICE_SERVERS = 8;
/** The highest negotiation number; to count so far from 1 takes centuries. */
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

/** The longest delay before a new join that a road may request, in ms. */
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

/** The body of a request from a viewer without a socket; `road/API.md`, "Signalling over HTTP", says which parts appear when. */
const HTTP_BODY = object({
  session: sessionId,
  version: optional(count),
  peer: optional(peerId),
  hello: optional(pake),
  signals: optional(list(signal, LIMITS.httpSignals)),
  state: optional(oneOf(["connected", "failed"])),
});

/** Decodes the body of a request of signalling over HTTP. Throws {@link SignalError}. */
export function decodeHttpBody(json: string): Value<typeof HTTP_BODY> {
  return decode(HTTP_BODY, parse(json), "the body");
}

/** Decodes a peer's message, at the road. Throws {@link SignalError} (`bad_version` before any other check of a join). */
export function decodeClientMessage(json: string): ClientMessage {
  const value = parse(json) as { readonly type?: unknown; readonly version?: unknown } | null;
  const version = value?.type === "join" ? value.version : PROTOCOL_VERSION;
  if (Number.isSafeInteger(version) && version !== PROTOCOL_VERSION) {
    throw new SignalError("bad_version", `version ${version} is not spoken here; ${PROTOCOL_VERSION} is`);
  }
  return decode(CLIENT, value, "a message");
}

/** Decodes a road's message, at a peer. Throws {@link SignalError}. */
export function decodeRoadMessage(json: string): RoadMessage {
  return decode(ROAD, parse(json), "a message");
}

const HTTP_MAIL = object({
  messages: list(ROAD, LIMITS.httpMail),
  next: count,
  over: optional(yesOrNo),
});
const HTTP_REFUSAL = object({ error: object({ code: oneOf(CODES), message: readable }) });

/** Decodes the waiting messages that a road returns over HTTP; `value` is decoded JSON. Throws {@link SignalError}. */
export function decodeHttpMail(value: unknown): Value<typeof HTTP_MAIL> {
  return decode(HTTP_MAIL, value, "the mail");
}

/** Decodes a road's refusal of an HTTP request; `value` is decoded JSON. Throws {@link SignalError}. */
export function decodeHttpRefusal(value: unknown): { readonly code: ErrorCode; readonly message: string } {
  return decode(HTTP_REFUSAL, value, "the refusal").error;
}

/** The JSON text of a peer's message. */
export function encodeClientMessage(message: ClientMessage): string {
  return JSON.stringify(message);
}

/** The JSON text of a road's message. */
export function encodeRoadMessage(message: RoadMessage): string {
  return JSON.stringify(message);
}
