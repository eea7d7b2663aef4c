/** The flags of `beach host`. */
import { DEFAULT_SCROLLBACK, FALLBACK_LOSS, MAX_SCROLLBACK } from "../../session/sync/limits.ts";
import { optional, toggle, value } from "./flags.ts";
import { BOTH_FLAGS, ESCAPE_FLAG, NAME_FLAG } from "./options_both.ts";
import { address, bytes, count, duration, oneOf, size, text, threshold } from "./values.ts";

/** The schema of signalling holds no more viewers (`LIMITS.peers`). */
const MAX_VIEWERS = 256;

/** The least that a recording may be kept to, bytes: it holds a few whole screens. */
const LEAST_RECORD = 1024 * 1024;

/** The flags of both ends as a host has them. */
export const HOST_BOTH_FLAGS = {
  ...BOTH_FLAGS,
  passphrase: optional(
    "passphrase",
    "P",
    text("a passphrase"),
    "a passphrase instead of secret words; without P it is asked for",
    { literal: true },
  ),
} as const;

export const HOST_FLAGS = {
  waitForPeer: optional(
    "wait-for-peer",
    "DUR",
    duration(1),
    "start the command when someone has joined, give up after DUR (alias --wait-for-webrtc)",
    { aliases: ["wait-for-webrtc"] },
  ),
  viewOnly: toggle("view-only", "nobody who joins can type"),
  approve: toggle("approve", "ask before someone may join"),
  maxViewers: value("max-viewers", "N", count(1, MAX_VIEWERS), "let no more than N viewers in at once"),
  size: value("size", "SIZE", size, "whose window the screen fits: host, writer, or COLSxROWS"),
  headless: toggle("headless", "share without showing the session here"),
  scrollback: value(
    "scrollback",
    "N",
    count(0, MAX_SCROLLBACK),
    `keep N lines to look back at, up to ${MAX_SCROLLBACK} (${DEFAULT_SCROLLBACK})`,
    DEFAULT_SCROLLBACK,
  ),
  record: value("record", "FILE", text("a file"), "record the session as asciicast, in a new file"),
  recordFormat: value(
    "record-format",
    "V",
    oneOf("v2", "v3"),
    "the asciicast version of --record: v2 or v3 (v3)",
    "v3",
  ),
  recordInput: toggle("record-input", "record what is typed too"),
  recordMax: value(
    "record-max",
    "SIZE",
    bytes(LEAST_RECORD, Number.MAX_SAFE_INTEGER),
    "keep about the newest SIZE of the recording: in FILE, and what was before that in FILE.1",
  ),
  audit: value(
    "audit",
    "FILE",
    text("a file"),
    "append who did what, when, as lines that beach audit checks",
  ),
  auditInput: toggle("audit-input", "write what is typed into --audit's file too"),
  overwrite: toggle("overwrite", "let --record replace a file that is there"),
  fallbackLoss: value(
    "fallback-loss",
    "PCT",
    threshold,
    `send large output on the reliable channel where the lossy one loses PCT or more (${
      FALLBACK_LOSS * 100
    }; off: never)`,
    FALLBACK_LOSS,
  ),
  metricsListen: value(
    "metrics-listen",
    "ADDR:PORT",
    address,
    "serve the session's numbers to Prometheus, at /metrics",
  ),
  quiet: toggle("quiet", "no line about who comes, goes or may do something else"),
  qr: toggle("qr", "show the join URL as a QR code too"),
  name: NAME_FLAG,
  escape: ESCAPE_FLAG,
  idleExit: value("idle-exit", "DUR", duration(1000), "end when nobody has typed or watched for DUR"),
} as const;
