/**
 * What sealed signals say, as JSON (`README.md`, "Sealed signal contents"). Decoding is strict although the sender proved the
 * secret: a viewer is no friend of the host's native code. Descriptions and candidates come out form-checked.
 */
import { checkCandidate } from "./candidate.ts";
import { checkDescription } from "./description.ts";
import { bad, boolean, integer, oneOf, only, parseObject, PRINTABLE, text } from "./fields.ts";
import type { SignalKind } from "./signal.ts";

/** Which peer connection of the two: keys, or bulk. */
export type Connection = "main" | "bulk";

/** The attempts of one negotiation: first, second and bulk, and again; the road takes 8 offers of a number. */
export const MAX_ATTEMPT = 8;
/** The longest name that a viewer may give itself, in UTF-16 units. */
export const MAX_NAME = 64;
/** The longest reason. */
const MAX_WHY = 200;
/** The decoder checks SDP itself; this bounds what it looks at. */
const MAX_TEXT = 16 * 1024;

/** Why a host refuses a viewer with which it has no path in common; a viewer tells it from a person's no. */
export const NO_COMMON_PATH = "one end takes no WebRTC, and the other (or the road) no relay";

export type Control =
  | {
    readonly type: "hello";
    readonly name: string;
    readonly webrtc: boolean;
    readonly relay: boolean;
    /** The viewer is on the relay already: the way is long, and the first screen need not wait for WebRTC. */
    readonly bridge: boolean;
  }
  /** `bridge`: as with hello. */
  | { readonly type: "renegotiate"; readonly why: string; readonly bridge: boolean }
  /** The host offers the relay, or (`taken`) this end takes and sends on it for the negotiation that the signal carries. */
  | { readonly type: "relay"; readonly taken: boolean }
  /** The host's person has not answered yet. */
  | { readonly type: "wait"; readonly why: string }
  | { readonly type: "refused"; readonly why: string }
  | { readonly type: "end"; readonly why: string };

export type Content =
  | {
    readonly kind: "offer";
    readonly sdp: string;
    readonly attempt: number;
    readonly connection: Connection;
  }
  | { readonly kind: "answer"; readonly sdp: string; readonly attempt: number }
  | { readonly kind: "ice"; readonly candidate: string; readonly mid: string; readonly attempt: number }
  | { readonly kind: "control"; readonly control: Control };

const utf8 = new TextEncoder();

/** What a dialer and an {@link Content} share. */
export type Negotiated = Exclude<Content, { kind: "control" }>;

/** What the logs call each of them. */
export const SIGNAL_WORDS = { offer: "Offer", answer: "Answer", ice: "IceCandidate" } as const;

export function encodeContent(content: Content): Uint8Array {
  if (content.kind === "control") return utf8.encode(JSON.stringify(content.control));
  const { kind: _kind, ...fields } = content;
  return utf8.encode(JSON.stringify(fields));
}

/**
 * The content of an opened signal; a candidate that is in order but of no use here (an mDNS name, the end of gathering) comes out empty.
 * Throws SignalError where it is malformed or hostile.
 */
export function decodeContent(kind: Exclude<SignalKind, "pake">, bytes: Uint8Array): Content {
  let json: string;
  try {
    json = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    bad("a sealed signal is not UTF-8");
  }
  const fields = parseObject(json);
  switch (kind) {
    case "offer":
      only(fields, kind, "sdp", "attempt", "connection");
      return {
        kind,
        sdp: description(kind, fields.sdp),
        attempt: attempt(fields.attempt),
        connection: oneOf(fields.connection, "connection", ["main", "bulk"]),
      };
    case "answer":
      only(fields, kind, "sdp", "attempt");
      return { kind, sdp: description(kind, fields.sdp), attempt: attempt(fields.attempt) };
    case "ice": {
      only(fields, kind, "candidate", "mid", "attempt");
      const mid = text(fields.mid, "mid", 16, PRINTABLE);
      const verdict = checkCandidate(text(fields.candidate, "candidate", MAX_TEXT, PRINTABLE), mid);
      switch (verdict.kind) {
        case "malformed":
          return bad(`a candidate is malformed: ${verdict.why}`);
        case "end":
        case "ignored":
          // Of no use as an address; that it came tells the host that the viewer gathers.
          return { kind, candidate: "", mid, attempt: attempt(fields.attempt) };
        case "candidate":
          return { kind, candidate: verdict.line, mid, attempt: attempt(fields.attempt) };
      }
      break;
    }
    case "control":
      return { kind, control: control(fields) };
  }
}

function attempt(value: unknown): number {
  return integer(value, "attempt", 1, MAX_ATTEMPT);
}

function description(type: "offer" | "answer", value: unknown): string {
  // deno-lint-ignore no-control-regex -- any text will do: the next step looks at each line
  const verdict = checkDescription(type, text(value, "sdp", MAX_TEXT, /^[^\x00]*$/));
  return verdict.kind === "description" ? verdict.sdp : bad(`an ${type} is malformed: ${verdict.why}`);
}

const why = (value: unknown) => text(value, "why", MAX_WHY, PRINTABLE);

function control(fields: Record<string, unknown>): Control {
  const type = oneOf(fields.type, "type", ["hello", "renegotiate", "relay", "wait", "refused", "end"]);
  switch (type) {
    case "hello":
      only(fields, type, "type", "name", "webrtc", "relay", "bridge");
      return {
        type,
        name: text(fields.name, "name", MAX_NAME, PRINTABLE),
        webrtc: boolean(fields.webrtc, "webrtc"),
        relay: boolean(fields.relay, "relay"),
        bridge: boolean(fields.bridge, "bridge"),
      };
    case "relay":
      only(fields, type, "type", "taken");
      return { type, taken: boolean(fields.taken, "taken") };
    case "renegotiate":
      only(fields, type, "type", "why", "bridge");
      return { type, why: why(fields.why), bridge: boolean(fields.bridge, "bridge") };
    case "wait":
    case "refused":
    case "end":
      only(fields, type, "type", "why");
      return { type, why: why(fields.why) };
  }
}
