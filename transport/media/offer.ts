/**
 * A viewer's offer of media (RFC 8866, RFC 8829), checked before native code parses a description. What native code gets is written anew from
 * the values that were found sound: no line of a peer's text gets through.
 */

import { checkCandidate, MID } from "../webrtc/candidate.ts";
import { TRANSPORT_ATTRIBUTES } from "../webrtc/sdp.ts";
import { chooseAudio, chooseVideo, type MediaSection, type OfferedStream } from "./offered_stream.ts";

/** What a viewer offers to receive. */
export interface MediaOffer {
  /** The description for native code. */
  readonly sdp: string;
  readonly video: OfferedStream;
  /** Absent where the viewer takes no sound. */
  readonly audio: OfferedStream | undefined;
}

export type OfferVerdict =
  | { readonly kind: "offer"; readonly offer: MediaOffer }
  | { readonly kind: "malformed"; readonly why: string };

/** The longest offer in characters; Chromium's has 7 KiB. */
export const MAX_OFFER = 32 * 1024;
const MAX_LINES = 1000;
const MAX_LINE = 600;
const MAX_CANDIDATES = 64;

const LINE = /^([a-z])=([ -~]*)$/;
const MEDIA = /^(audio|video) [0-9]{1,5} UDP\/TLS\/RTP\/SAVPF((?: [0-9]{1,3}){1,128})$/;

/** Checks a viewer's offer: one video section that it only receives, and at most one audio section. Never throws. */
export function checkOffer(sdp: string): OfferVerdict {
  try {
    return { kind: "offer", offer: read(sdp) };
  } catch (error) {
    if (error instanceof Malformed) return { kind: "malformed", why: error.message };
    throw error;
  }
}

/** What {@link checkOffer} says of an offer; it leaves this file as a verdict. */
class Malformed extends Error {}

function read(sdp: string): MediaOffer {
  if (sdp.length > MAX_OFFER) {
    throw new Malformed(`it has ${sdp.length} characters; at most ${MAX_OFFER} are taken`);
  }
  const lines = sdp.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  if (lines.length > MAX_LINES) {
    throw new Malformed(`it has ${lines.length} lines; at most ${MAX_LINES} are taken`);
  }
  const [session, ...sections] = split(lines);
  const of = (kind: "audio" | "video") => sections.filter((section) => section.kind === kind);
  if (of("video").length !== 1 || of("audio").length > 1) {
    throw new Malformed("it has not one section of video and at most one of audio");
  }
  const transport = readTransport(session!, sections);
  const streams = new Map(sections.map((section) => [section.kind, readStream(section)]));
  const mids = sections.map((section) => streams.get(section.kind)!.mid);
  if (new Set(mids).size !== mids.length) throw new Malformed("two of its sections have the same mid");
  const bundles = (session!.attributes.get("group") ?? []).filter((group) => group.startsWith("BUNDLE "));
  if (bundles.length !== 1 || bundles[0] !== `BUNDLE ${mids.join(" ")}`) {
    throw new Malformed("its sections are not bundled");
  }
  const written = sections.map(({ kind }) => write(kind as "audio" | "video", streams.get(kind)!, transport));
  return {
    sdp: [
      ...["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", `a=group:${bundles[0]}`, "a=msid-semantic: WMS"],
      ...written.flat(),
      // Candidates belong to the first section, whose transport all share.
    ].concat(readCandidates(sections)).join("\r\n") + "\r\n",
    video: streams.get("video")!,
    audio: streams.get("audio"),
  };
}

/** The lines by section, the session's own first. */
function split(lines: readonly string[]): MediaSection[] {
  const sections: MediaSection[] = [{ kind: "session", formats: [], attributes: new Map() }];
  for (const [index, line] of lines.entries()) {
    const match = LINE.exec(line);
    if (!match || line.length > MAX_LINE) throw new Malformed(`its line ${index + 1} is no SDP line`);
    const [, letter, value] = match as unknown as [string, string, string];
    if ((index === 0) !== (letter === "v")) throw new Malformed("it does not start with its one v= line");
    if (letter === "m") {
      const media = MEDIA.exec(value);
      if (!media) throw new Malformed(`its line ${index + 1} is no section of video or audio`);
      const formats = media[2]!.trim().split(" ").map(Number);
      sections.push({ kind: media[1] as "audio" | "video", formats, attributes: new Map() });
    }
    if (letter !== "a") continue;
    const colon = value.indexOf(":");
    const [name, content] = colon < 0 ? [value, ""] : [value.slice(0, colon), value.slice(colon + 1)];
    const { attributes } = sections.at(-1)!;
    attributes.set(name, [...attributes.get(name) ?? [], content]);
  }
  return sections;
}

type Transport = Readonly<Record<keyof typeof TRANSPORT_ATTRIBUTES, string>>;

/** The one transport of all sections: each value stands once in each section or in the session, and is the same everywhere. */
function readTransport(session: MediaSection, sections: readonly MediaSection[]): Transport {
  const names = Object.keys(TRANSPORT_ATTRIBUTES) as (keyof Transport)[];
  const entries = names.map((name) => {
    const values = sections.map((section) => {
      const own = section.attributes.get(name) ?? session.attributes.get(name) ?? [];
      if (own.length !== 1) throw new Malformed(`a section has ${own.length} attributes ${name}, not one`);
      return own[0]!;
    });
    if (new Set(values).size !== 1) throw new Malformed(`its sections have different attributes ${name}`);
    if (!TRANSPORT_ATTRIBUTES[name](values[0]!)) {
      throw new Malformed(`its attribute ${name} has the wrong form`);
    }
    return [name, values[0]!];
  });
  const transport = Object.fromEntries(entries) as Transport;
  // An offer leaves the roles open (RFC 8842, section 5.2): so the host is the DTLS client, and begins when it is ready.
  if (transport.setup !== "actpass") throw new Malformed("its setup does not fit an offer");
  return transport;
}

function readStream(section: MediaSection): OfferedStream {
  const { attributes } = section;
  const mids = attributes.get("mid") ?? [];
  if (mids.length !== 1 || !MID.test(mids[0]!)) throw new Malformed("a section has no valid mid");
  if (!attributes.has("recvonly")) throw new Malformed(`its ${section.kind} is not recvonly`);
  if (!attributes.has("rtcp-mux")) throw new Malformed(`its ${section.kind} has no rtcp-mux`);
  const chosen = section.kind === "video" ? chooseVideo(section) : chooseAudio(section);
  if (typeof chosen === "string") throw new Malformed(chosen);
  return { ...chosen, mid: mids[0]! };
}

function readCandidates(sections: readonly MediaSection[]): string[] {
  const found = sections.flatMap(({ attributes }) => attributes.get("candidate") ?? []);
  if (found.length > MAX_CANDIDATES) throw new Malformed(`it has more than ${MAX_CANDIDATES} candidates`);
  return found.flatMap((content) => {
    const verdict = checkCandidate(`candidate:${content}`, "0");
    if (verdict.kind === "malformed") throw new Malformed(`a candidate in it is malformed: ${verdict.why}`);
    return verdict.kind === "candidate" ? [`a=${verdict.line}`] : [];
  });
}

function write(kind: "audio" | "video", stream: OfferedStream, transport: Transport): string[] {
  return [
    `m=${kind} 9 UDP/TLS/RTP/SAVPF ${stream.payloadType}`,
    "c=IN IP4 0.0.0.0",
    `a=mid:${stream.mid}`,
    ...Object.entries(transport).map(([name, value]) => `a=${name}:${value}`),
    "a=ice-options:trickle",
    "a=recvonly",
    "a=rtcp-mux",
    `a=rtpmap:${stream.payloadType} ${kind === "video" ? "H264/90000" : "opus/48000/2"}`,
    ...(stream.format === "" ? [] : [`a=fmtp:${stream.payloadType} ${stream.format}`]),
  ];
}
