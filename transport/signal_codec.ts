/**
 * Strict decoders and encoders of `signal.ts`. A decoder returns a value of exactly the schema (no unknown field, no
 * value out of range, no control character that could reach a terminal) or throws a {@link SignalError}.
 */
import type { ClientMessage, ErrorCode, IceGrant, NegotiationState, RoadMessage, Signal } from "./signal.ts";
import { LIMITS, PROTOCOL_VERSION } from "./signal.ts";
import {
  bad,
  boolean,
  integer,
  list,
  object,
  oneOf,
  only,
  optional,
  parseObject,
  PRINTABLE,
  SignalError,
  text,
} from "./fields.ts";

export const SESSION_ID = /^[a-km-np-z2-9]{6,16}$/;
export const PEER_ID = /^(?:host|[a-z2-7]{8})$/;
/** What stands for an address: 64 bits in base64url. */
const FROM = /^[A-Za-z0-9_-]{11}$/;
const TOKEN = /^[A-Za-z0-9_-]+$/;
const BASE64URL = /^[A-Za-z0-9_-]+$/;
/** What a host may answer to a `pake` in the clear; see `README.md`. */
const PAKE_REFUSAL = /^!(?:wrong|unknown|paused|full)$/;
const ICE_URL = /^(?:stuns?|turns?):[A-Za-z0-9._:[\]?=-]+$/;
/** The longest human-readable text and URL in a message, in UTF-16 units: one line of a wide terminal, twice over. */
const TEXT = 512;
/** The most ICE servers in a grant, and the most URLs in one: far more than any road hands out. */
const ICE_SERVERS = 8;
/** Negotiations count from 1; 2^31 of them take centuries. */
const MAX_NEGOTIATION = 2 ** 31 - 1;

const KINDS = ["pake", "offer", "answer", "ice", "control"] as const;
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

const peerId = (value: unknown, what = "peer") => text(value, what, 8, PEER_ID);
const token = (value: unknown) => text(value, "token", LIMITS.token, TOKEN);
const readable = (value: unknown, what: string) => text(value, what, TEXT, PRINTABLE);
const seconds = (value: unknown, what: string) => integer(value, what, 0, Number.MAX_SAFE_INTEGER);

/** Decodes the `signal` of a message or the `hello` of a join. Throws {@link SignalError}. */
export function decodeSignal(value: unknown): Signal {
  const fields = object(value, "signal");
  only(fields, "signal", "kind", "negotiation", "data");
  const kind = oneOf(fields.kind, "kind", KINDS);
  const refusal = kind === "pake" && typeof fields.data === "string" && PAKE_REFUSAL.test(fields.data);
  return {
    kind,
    negotiation: integer(fields.negotiation, "negotiation", 1, MAX_NEGOTIATION),
    data: text(
      fields.data,
      "data",
      kind === "pake" ? LIMITS.pakeData : LIMITS.signalData,
      refusal ? PAKE_REFUSAL : BASE64URL,
    ),
  };
}

function decodeHello(value: unknown): Signal {
  const hello = decodeSignal(value);
  if (hello.kind !== "pake") bad(`hello must be of kind pake, not ${hello.kind}`);
  return hello;
}

function decodeIce(value: unknown): IceGrant {
  const fields = object(value, "ice");
  only(fields, "ice", "servers", "issuedAt", "expiresAt", "ttlSeconds", "policy");
  return {
    servers: list(fields.servers, "servers", ICE_SERVERS, (item) => {
      const server = object(item, "server");
      only(server, "server", "urls", "username", "credential");
      return {
        urls: list(server.urls, "urls", ICE_SERVERS, (url) => text(url, "url", TEXT, ICE_URL)),
        ...optional(server, "username", readable),
        ...optional(server, "credential", readable),
      };
    }),
    issuedAt: seconds(fields.issuedAt, "issuedAt"),
    expiresAt: seconds(fields.expiresAt, "expiresAt"),
    ttlSeconds: seconds(fields.ttlSeconds, "ttlSeconds"),
    ...optional(fields, "policy", (value) => oneOf(value, "policy", ["relay"] as const)),
  };
}

/** What an end sent, as the road reads it. Throws {@link SignalError} (`bad_version` before anything else of a join). */
export function decodeClientMessage(json: string): ClientMessage {
  const fields = parseObject(json);
  const type = oneOf(fields.type, "type", ["join", "signal", "state", "leave", "ping"]);
  switch (type) {
    case "join": {
      const version = integer(fields.version, "version", 0, Number.MAX_SAFE_INTEGER);
      if (version !== PROTOCOL_VERSION) {
        throw new SignalError("bad_version", `version ${version} is not spoken here; ${PROTOCOL_VERSION} is`);
      }
      only(fields, type, "type", "version", "role", "peer", "token", "hello");
      const role = oneOf(fields.role, "role", ["host", "viewer"]);
      return {
        type,
        version,
        role,
        ...optional(fields, "peer", peerId),
        ...optional(fields, "token", token),
        ...optional(fields, "hello", decodeHello),
      };
    }
    case "signal":
      only(fields, type, "type", "to_peer", "signal");
      return { type, to_peer: peerId(fields.to_peer, "to_peer"), signal: decodeSignal(fields.signal) };
    case "state":
      only(fields, type, "type", "peer", "state");
      return { type, peer: peerId(fields.peer), state: oneOf(fields.state, "state", STATES) };
    case "leave":
      only(fields, type, "type");
      return { type };
    case "ping":
      only(fields, type, "type", "id");
      return { type, id: integer(fields.id, "id", 0, Number.MAX_SAFE_INTEGER) };
  }
}

const ROAD_TYPES = [
  "join_success",
  "join_error",
  "peer_joined",
  "peer_left",
  "signal",
  "state",
  "ice",
  "error",
  "moving",
  "pong",
] as const;

/** The longest that a road may ask an end to wait before it joins again, in ms. */
const MAX_MOVE_DELAY = 60_000;

/** What the road sent, as an end reads it. Throws {@link SignalError}. */
export function decodeRoadMessage(json: string): RoadMessage {
  const fields = parseObject(json);
  const type = oneOf(fields.type, "type", ROAD_TYPES);
  switch (type) {
    case "join_success":
      only(fields, type, "type", "session", "peer", "token", "public_url", "relay", "ice", "peers");
      return {
        type,
        session: text(fields.session, "session", 16, SESSION_ID),
        peer: peerId(fields.peer),
        token: token(fields.token),
        public_url: text(fields.public_url, "public_url", TEXT, /^https?:\/\/[!-~]+$/),
        relay: boolean(fields.relay, "relay"),
        ...optional(fields, "ice", decodeIce),
        peers: list(fields.peers, "peers", LIMITS.peers, (item) => peerId(item)),
      };
    case "join_error":
    case "error":
      only(fields, type, "type", "code", "message", "hint");
      return {
        type,
        code: oneOf(fields.code, "code", CODES),
        message: readable(fields.message, "message"),
        ...optional(fields, "hint", readable),
      };
    case "peer_joined":
      only(fields, type, "type", "peer", "hello", "resumed", "from");
      return {
        type,
        peer: peerId(fields.peer),
        ...optional(fields, "hello", decodeHello),
        resumed: boolean(fields.resumed, "resumed"),
        ...optional(fields, "from", (value) => text(value, "from", 11, FROM)),
      };
    case "peer_left":
      only(fields, type, "type", "peer", "reason");
      return { type, peer: peerId(fields.peer), reason: oneOf(fields.reason, "reason", LEFT) };
    case "signal":
      only(fields, type, "type", "from_peer", "signal");
      return { type, from_peer: peerId(fields.from_peer, "from_peer"), signal: decodeSignal(fields.signal) };
    case "state":
      only(fields, type, "type", "peer", "state");
      return { type, peer: peerId(fields.peer), state: oneOf(fields.state, "state", STATES) };
    case "ice":
      only(fields, type, "type", "ice");
      return { type, ice: decodeIce(fields.ice) };
    case "moving":
      only(fields, type, "type", "after_ms");
      return { type, after_ms: integer(fields.after_ms, "after_ms", 0, MAX_MOVE_DELAY) };
    case "pong":
      only(fields, type, "type", "id");
      return { type, id: integer(fields.id, "id", 0, Number.MAX_SAFE_INTEGER) };
  }
}

/** The JSON text of what an end sends. */
export function encodeClientMessage(message: ClientMessage): string {
  return JSON.stringify(message);
}

/** The JSON text of what the road sends. */
export function encodeRoadMessage(message: RoadMessage): string {
  return JSON.stringify(message);
}
