/**
 * The form of an SDP (RFC 8866, data channels as in RFC 8841), checked before native code parses it. The result is built anew: only the
 * lines that a data channel needs, each valid by its grammar, so that nothing else of a peer's text gets through.
 */
import { checkCandidate, isIPv4, isIPv6, MID } from "./candidate.ts";

export type DescriptionVerdict =
  | { readonly kind: "description"; readonly sdp: string }
  | { readonly kind: "malformed"; readonly why: string };

/** The longest SDP in characters; one for a data channel with candidates has about 1 KiB. */
const MAX_SDP = 12 * 1024;
const MAX_LINES = 200;
const MAX_LINE = 600;
/** Candidates within one description. */
const MAX_CANDIDATES = 64;

const number = (max: number) => (value: string) => /^[0-9]{1,10}$/.test(value) && Number(value) <= max;
const matches = (pattern: RegExp) => (value: string) => pattern.test(value);

/** The attributes of ICE and DTLS that every description must have, and the check of each value. */
export const TRANSPORT_ATTRIBUTES = {
  "ice-ufrag": matches(/^[A-Za-z0-9+/]{4,256}$/),
  "ice-pwd": matches(/^[A-Za-z0-9+/]{22,256}$/),
  "fingerprint": matches(/^sha-256 [0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){31}$/i),
  "setup": matches(/^(?:actpass|active|passive)$/),
} as const;

/** The attributes that are passed on, and the check of each value. All others are left out. */
const ATTRIBUTES: Readonly<Record<string, (value: string) => boolean>> = {
  ...TRANSPORT_ATTRIBUTES,
  "group": matches(/^BUNDLE [!-~]{1,16}$/),
  "msid-semantic": matches(/^ ?WMS ?\*?$/),
  "ice-options": matches(/^[A-Za-z0-9+/,. -]{1,64}$/),
  "ice-lite": matches(/^$/),
  "tls-id": matches(/^[A-Za-z0-9+/_-]{20,255}$/),
  "mid": matches(MID),
  "sendrecv": matches(/^$/),
  "sctp-port": number(65535),
  "max-message-size": number(2 ** 31 - 1),
  "end-of-candidates": matches(/^$/),
};

/** Attributes that must occur exactly once. */
const REQUIRED = ["ice-ufrag", "ice-pwd", "fingerprint", "setup", "mid", "sctp-port"];

/** Checks a description of the given type; `sdp` of the result is safe to pass on. Never throws. */
export function checkDescription(type: "offer" | "answer", sdp: string): DescriptionVerdict {
  if (sdp.length > MAX_SDP) return malformed(`it has ${sdp.length} characters; at most ${MAX_SDP} are taken`);
  const lines = sdp.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  if (lines.length > MAX_LINES) {
    return malformed(`it has ${lines.length} lines; at most ${MAX_LINES} are taken`);
  }
  const kept: string[] = [];
  const seen = new Map<string, string>();
  let media = 0, candidates = 0;
  for (const [index, line] of lines.entries()) {
    const match = /^([a-z])=([ -~]*)$/.exec(line);
    if (!match || line.length > MAX_LINE) return malformed(`its line ${index + 1} is no SDP line`);
    const [, letter, value] = match as unknown as [string, string, string];
    if ((index === 0) !== (letter === "v")) return malformed("it does not start with its one v= line");
    if (letter === "a") {
      const [name, content] = attribute(value);
      if (name === "candidate") {
        if (++candidates > MAX_CANDIDATES) return malformed(`it has more than ${MAX_CANDIDATES} candidates`);
        const verdict = checkCandidate(value, "0");
        if (verdict.kind === "malformed") return malformed(`a candidate in it is malformed: ${verdict.why}`);
        if (verdict.kind === "candidate") kept.push(`a=${verdict.line}`);
        continue;
      }
      const check = Object.hasOwn(ATTRIBUTES, name) ? ATTRIBUTES[name] : undefined;
      if (check === undefined) continue;
      if (!check(content)) return malformed(`its attribute ${name} has the wrong form`);
      if (seen.has(name)) return malformed(`it has more than one attribute ${name}`);
      seen.set(name, content);
      // The peer may still find candidates that were left out here: the list is not known to be complete.
      if (name !== "end-of-candidates") kept.push(line);
      continue;
    }
    if (letter === "m") media++;
    const wrong = checkLine(letter, value);
    if (wrong !== null) return malformed(wrong);
    // Bandwidth, e-mail and other lines of RFC 8866 have no meaning for a data channel.
    if ("vostcm".includes(letter)) kept.push(line);
  }
  if (media !== 1) return malformed(`it has ${media} media sections, not one`);
  for (const name of REQUIRED) if (!seen.has(name)) return malformed(`it has no attribute ${name}`);
  // An offer may leave the DTLS roles open (RFC 8842 section 5.2); an answer must decide.
  if (type === "answer" && seen.get("setup") === "actpass") {
    return malformed("its setup does not fit an answer");
  }
  return { kind: "description", sdp: kept.join("\r\n") + "\r\n" };
}

function attribute(value: string): [string, string] {
  const colon = value.indexOf(":");
  return colon < 0 ? [value, ""] : [value.slice(0, colon), value.slice(colon + 1)];
}

/** Checks a line that is not an attribute; null if it is valid. */
function checkLine(letter: string, value: string): string | null {
  switch (letter) {
    case "v":
      return value === "0" ? null : "its version is not 0";
    case "o": {
      const match = /^[!-~]{1,64} [0-9]{1,20} [0-9]{1,20} IN IP[46] ([0-9A-Za-z:.]{1,45})$/.exec(value);
      return match && (isIPv4(match[1]!) || isIPv6(match[1]!)) ? null : "its origin line is malformed";
    }
    case "m":
      return /^application [0-9]{1,5} UDP\/DTLS\/SCTP webrtc-datachannel$/.test(value)
        ? null
        : "its media section is not a data channel";
    case "c": {
      const match = /^IN IP[46] ([0-9A-Za-z:.]{1,45})$/.exec(value);
      return match && (isIPv4(match[1]!) || isIPv6(match[1]!)) ? null : "its connection line is malformed";
    }
    case "t":
      return /^[0-9]{1,10} [0-9]{1,10}$/.test(value) ? null : "its time line is malformed";
    case "s":
      return value.length <= 64 ? null : "its session name is too long";
    default:
      return null;
  }
}

function malformed(why: string): DescriptionVerdict {
  return { kind: "malformed", why };
}
