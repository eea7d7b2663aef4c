/** The flags of `beach road`. */
import { list, toggle, value } from "./flags.ts";
import { LOG_FLAGS } from "./options_both.ts";
import { address, baseUrl, count, duration, fileText, hostName, origin, type Read, text } from "./values.ts";

/** Where a road listens if nothing is said: every address, since it is for others, at a port that needs no rights. */
const LISTEN = { hostname: "0.0.0.0", port: 8080 } as const;
/** At 30 KB each: more than any machine holds. */
const MAX_SESSIONS = 10_000_000;
/** The schema of signalling holds no more (`LIMITS.peers`). */
const MAX_PEERS = 256;

/** The least and the most that a TURN credential lives (`road/config/config.ts`), in ms. */
const LEAST_TURN_TTL = 60_000;

/** A file by its path and its text, for what is read again when it changes, or named in errors. */
export interface NamedFile {
  readonly path: string;
  readonly text: string;
}

function namedFile(what: string): Read<NamedFile> {
  const read = fileText(what);
  return (path) => ({ path, text: read(path) });
}

export const ROAD_FLAGS = {
  listen: value("listen", "ADDR:PORT", address, "where to listen (0.0.0.0:8080)", LISTEN),
  publicUrl: value(
    "public-url",
    "URL",
    baseUrl,
    "how people reach this road, if it is behind a proxy",
  ),
  tlsCert: value(
    "tls-cert",
    "F",
    namedFile("a PEM certificate"),
    "serve https with this certificate; read again when it changes",
  ),
  tlsKey: value("tls-key", "F", namedFile("a PEM key"), "and its key"),
  config: value("config", "F", namedFile("a configuration in JSON"), "TURN servers and limits, from a file"),
  check: toggle("check", "say whether flags and file make sense, and do no more"),
  redis: value(
    "redis",
    "URL",
    text("a URL such as redis://127.0.0.1:6379"),
    "be one of many nodes that share this Redis",
  ),
  turnUrl: list(
    "turn-url",
    "URL",
    text("a URL such as turn:turn.example:3478"),
    "a TURN server for the ends; may be repeated",
  ),
  turnSecret: value(
    "turn-secret-file",
    "F",
    fileText("a secret"),
    "its static-auth-secret (coturn: use-auth-secret)",
  ),
  turnTtl: value("turn-ttl", "DUR", duration(LEAST_TURN_TTL), "how long a TURN credential lives (10m)"),
  stun: list(
    "stun",
    "URL",
    text("a URL such as stun:stun.example:3478"),
    "a STUN server for the ends; may be repeated",
  ),
  sessionTtl: value("session-ttl", "DUR", duration(1000), "how long a session waits for its lost host (10m)"),
  maxSessions: value("max-sessions", "N", count(1, MAX_SESSIONS), "hold no more than N sessions (10000)"),
  maxPeers: value("max-peers", "N", count(1, MAX_PEERS), "no more than N viewers a session (64)"),
  adminTokenFile: value("admin-token-file", "F", fileText("a token"), "open /debug/sessions to this token"),
  trustProxy: toggle("trust-proxy", "take client addresses from X-Forwarded-For"),
  allowOrigin: list(
    "allow-origin",
    "URL",
    origin,
    "let pages of this origin use the road; may be repeated",
  ),
  allowHost: list(
    "allow-host",
    "NAME",
    hostName,
    "answer to this name, too; may be repeated",
  ),
  noWeb: toggle("no-web", "serve no web viewer"),
  noRelay: toggle("no-relay", "relay nothing: introduce peers only"),
  logAddresses: toggle("log-addresses", "log the addresses of clients"),
  ...LOG_FLAGS,
  json: toggle("json", "log to stdout as JSON, one event a line"),
} as const;
