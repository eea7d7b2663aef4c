/** The flags of `beach road`. */
import { toggle, value } from "./flags.ts";
import { LOG_FLAGS } from "./options_both.ts";
import { address, baseUrl, count, duration, fileText } from "./values.ts";

/** Where a road listens if nothing is said: every address, since it is for others, at a port that needs no rights. */
const LISTEN = { hostname: "0.0.0.0", port: 8080 } as const;
/** At 30 KB each: more than any machine holds. */
const MAX_SESSIONS = 10_000_000;
/** The schema of signalling holds no more (`LIMITS.peers`). */
const MAX_PEERS = 256;

export const ROAD_FLAGS = {
  listen: value("listen", "ADDR:PORT", address, "where to listen (0.0.0.0:8080)", LISTEN),
  publicUrl: value(
    "public-url",
    "URL",
    baseUrl,
    "how people reach this road, where a proxy stands before it",
  ),
  tlsCert: value("tls-cert", "F", fileText("a PEM certificate"), "serve https with this certificate"),
  tlsKey: value("tls-key", "F", fileText("a PEM key"), "and its key"),
  sessionTtl: value("session-ttl", "DUR", duration(1000), "how long a session waits for its lost host (10m)"),
  maxSessions: value("max-sessions", "N", count(1, MAX_SESSIONS), "hold no more than N sessions (10000)"),
  maxPeers: value("max-peers", "N", count(1, MAX_PEERS), "no more than N viewers a session (64)"),
  adminTokenFile: value("admin-token-file", "F", fileText("a token"), "open /debug/sessions to this token"),
  trustProxy: toggle("trust-proxy", "take client addresses from X-Forwarded-For"),
  noRelay: toggle("no-relay", "relay nothing: introduce peers only"),
  logAddresses: toggle("log-addresses", "log the addresses of clients"),
  ...LOG_FLAGS,
  json: toggle("json", "log to stdout as JSON, one event a line"),
} as const;
