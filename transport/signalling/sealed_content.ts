/**
 * The contents of sealed signals, as JSON (`README.md`, "Sealed signal contents"). Decoding is strict although the sender has proved the
 * secret: a viewer may still attack the host's native code. Only descriptions and candidates of the allowed form come out.
 */
import { checkCandidate } from "../webrtc/candidate.ts";
import { checkDescription } from "../webrtc/sdp.ts";
import { bad, decode, parse, PRINTABLE } from "../schema/json_fields.ts";
import type { SignalKind } from "../schema/signal.ts";
import { literal, object, oneOf, tagged, text, whole, yesOrNo } from "../schema/strict_json.ts";

/** Which of the two peer connections: `main` carries keys, `bulk` carries bulk data. */
export type Connection = "main" | "bulk";

/**
 * The highest number of an attempt within one negotiation: first, second and bulk, and retries; the road accepts 8 offers per negotiation.
 */
export const MAX_ATTEMPT = 8;
/** The longest name that a viewer may choose, in UTF-16 units. */
export const MAX_NAME = 64;
/** The longest reason, in UTF-16 units. */
const MAX_WHY = 200;
/** The longest SDP or candidate that is passed to its checker, in UTF-16 units. */
const MAX_TEXT = 16 * 1024;

/** Why a host refuses a viewer with which it shares no kind of path; a viewer distinguishes this from a person's refusal. */
export const NO_COMMON_PATH = "one end takes no WebRTC, and the other (or the road) no relay";

export type Control =
  | {
    readonly type: "hello";
    readonly name: string;
    readonly webrtc: boolean;
    readonly relay: boolean;
    /** The viewer uses the relay already: the path is long, and the first screen need not wait for WebRTC. */
    readonly bridge: boolean;
  }
  /** `bridge`: as in `hello`. `heard`: the newest time of the host (`Header.time`) that the viewer has received; 0: it wants a link in any case. */
  | {
    readonly type: "renegotiate";
    readonly why: string;
    readonly bridge: boolean;
    readonly heard: number;
  }
  /** The host offers the relay; or, with `taken`, this peer receives and sends on it, for the negotiation that the signal carries. */
  | { readonly type: "relay"; readonly taken: boolean }
  /** A person at the host has not answered yet. */
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

const attempt = whole(1, MAX_ATTEMPT);
// deno-lint-ignore no-control-regex -- any text will do: the next step looks at each line
const sdp = text(MAX_TEXT, /^[^\x00]*$/, "a session description");
const why = text(MAX_WHY, PRINTABLE, "a reason in one line");
const saying = <const T extends string>(type: T) => object({ type: literal(type), why });

const OFFER = object({ sdp, attempt, connection: oneOf(["main", "bulk"]) });
const ANSWER = object({ sdp, attempt });
const ICE = object({
  candidate: text(MAX_TEXT, PRINTABLE, "a candidate"),
  mid: text(16, PRINTABLE, "a media id"),
  attempt,
});
const CONTROL = tagged("type", {
  hello: object({
    type: literal("hello"),
    name: text(MAX_NAME, PRINTABLE, "a name of one line"),
    webrtc: yesOrNo,
    relay: yesOrNo,
    bridge: yesOrNo,
  }),
  relay: object({ type: literal("relay"), taken: yesOrNo }),
  renegotiate: object({ type: literal("renegotiate"), why, bridge: yesOrNo, heard: whole(0, 0xffff_ffff) }),
  wait: saying("wait"),
  refused: saying("refused"),
  end: saying("end"),
});

const utf8 = new TextEncoder();

/** The contents that belong to a WebRTC attempt. */
export type Negotiated = Exclude<Content, { kind: "control" }>;

/** The names of these signals in logs. */
export const SIGNAL_WORDS = { offer: "Offer", answer: "Answer", ice: "IceCandidate" } as const;

/** The JSON of a content, in UTF-8. */
export function encodeContent(content: Content): Uint8Array {
  if (content.kind === "control") return utf8.encode(JSON.stringify(content.control));
  const { kind: _kind, ...fields } = content;
  return utf8.encode(JSON.stringify(fields));
}

/**
 * Decodes the content of an opened signal. A valid candidate that is of no use here (an mDNS name, the end of gathering) comes out empty.
 * Throws SignalError if it is malformed or hostile.
 */
export function decodeContent(kind: Exclude<SignalKind, "pake">, bytes: Uint8Array): Content {
  let json: string;
  try {
    json = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    bad("a sealed signal is not UTF-8");
  }
  const value = parse(json);
  switch (kind) {
    case "offer": {
      const offer = decode(OFFER, value, kind);
      return { kind, ...offer, sdp: description(kind, offer.sdp) };
    }
    case "answer": {
      const answer = decode(ANSWER, value, kind);
      return { kind, ...answer, sdp: description(kind, answer.sdp) };
    }
    case "ice": {
      const { candidate, mid, attempt } = decode(ICE, value, kind);
      const verdict = checkCandidate(candidate, mid);
      switch (verdict.kind) {
        case "malformed":
          return bad(`a candidate is malformed: ${verdict.why}`);
        case "end":
        case "ignored":
          // Of no use as an address, but it tells the host that the viewer is gathering candidates.
          return { kind, candidate: "", mid, attempt };
        case "candidate":
          return { kind, candidate: verdict.line, mid, attempt };
      }
      break;
    }
    case "control":
      return { kind, control: decode(CONTROL, value, kind) };
  }
}

function description(type: "offer" | "answer", sdp: string): string {
  const verdict = checkDescription(type, sdp);
  return verdict.kind === "description" ? verdict.sdp : bad(`an ${type} is malformed: ${verdict.why}`);
}
