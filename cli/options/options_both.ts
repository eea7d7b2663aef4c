/** The flags of both ends. */
import { DEFAULT_ESCAPE } from "../terminal/key_press.ts";
import { escapeKey } from "./escape_flag.ts";
import { type Flag, list, toggle, value } from "./flags.ts";
import { baseUrl, displayName, duration, fileText, iceServer, oneOf, percentage, text } from "./values.ts";

/** Flags that every command has: where its words about itself go. */
export const LOG_FLAGS = {
  debugLog: value("debug-log", "FILE", text("a file"), "append the log to FILE, every step of a connection"),
  verbose: toggle("verbose", "log each step of a connection", { short: "v" }),
} as const;

export const BOTH_FLAGS = {
  road: value("road", "URL", baseUrl, "the road that introduces the two ends"),
  passphrase: value(
    "passphrase",
    "P",
    text("a passphrase"),
    "a passphrase instead of secret words; join asks for one that is missing",
  ),
  passphraseFile: value(
    "passphrase-file",
    "F",
    fileText("a passphrase"),
    "the same, from a file: other programs see arguments",
  ),
  iceServer: list("ice-server", "URL", iceServer, "a STUN or TURN server; may be repeated"),
  icePolicy: value(
    "ice-policy",
    "all|relay",
    oneOf("all", "relay"),
    "relay: only through a TURN server",
    "all",
  ),
  forceWebsocket: toggle("force-websocket", "go through the road, sealed, and never peer to peer"),
  strictWebrtc: toggle(
    "strict-webrtc",
    "go peer to peer or not at all: no relay, not even for the first screen of a long way",
  ),
  forceSingleChannel: toggle("force-single-channel", "send everything on the reliable channel"),
  metricsInterval: value("metrics-interval", "DUR", duration(100), "log the session's numbers each DUR"),
  webrtcStats: toggle(
    "webrtc-stats",
    "log the link's numbers: path, round trips (each 10s, or --metrics-interval)",
  ),
  channelStats: toggle(
    "channel-stats",
    "log messages and bytes by channel, as often (alias --channel-info)",
    { aliases: ["channel-info"] },
  ),
  simulateLoss: value(
    "simulate-loss",
    "PCT",
    percentage,
    "drop PCT percent of packets, to try a bad link",
    0,
  ),
  simulateDelay: value("simulate-delay", "DUR", duration(), "delay all packets by DUR each way", 0),
  ...LOG_FLAGS,
  channelDebug: toggle("channel-debug", "log which channel each message takes"),
  json: toggle("json", "tell what happens as JSON, one event a line"),
} as const;

/** The same words on both ends. */
export const NAME_FLAG: Flag<string | undefined> = value(
  "name",
  "TEXT",
  displayName,
  "what the others call you",
);

/** At a host it stands before other commands, the key is one. */
export const ESCAPE_FLAG = value(
  "escape",
  "KEY",
  escapeKey,
  "the key before a command to beach (^^): then ? tells which there are; or none",
  DEFAULT_ESCAPE,
);
