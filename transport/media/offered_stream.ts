/** Which of the formats that a viewer offers is sent: H.264 for video, Opus for sound, and which header extensions. Pure. */

import { type ExtensionIds, EXTENSIONS } from "./rtp.ts";

/** One section of a description: its attributes by name, each with all its values. */
export interface MediaSection {
  readonly kind: "session" | "audio" | "video";
  readonly formats: readonly number[];
  readonly attributes: Map<string, string[]>;
}

/** A format that a viewer offered and that is sent. */
export interface OfferedFormat {
  readonly payloadType: number;
  /** Its parameters (`fmtp`), as the host answers them. */
  readonly format: string;
  readonly ids: ExtensionIds;
}

export interface OfferedStream extends OfferedFormat {
  /** The name of its section. */
  readonly mid: string;
}

/**
 * Profiles of H.264 (profile_idc and constraints) that a host's encoder emits, the best first: constrained baseline, baseline, main. A
 * decoder of main shows the first two as well.
 */
const PROFILES = ["42e0", "4200", "4d00"];
/** Level 5.2 is the highest that 4K at 60 needs; each end may use its own (`level-asymmetry-allowed`). */
const LEVEL = "34";

/** The H.264 of a section that has packetization mode 1, or why there is none. */
export function chooseVideo(section: MediaSection): OfferedFormat | string {
  const ids = readExtensions(section);
  if (typeof ids === "string") return ids;
  const offered = payloadTypes(section, /^h264\/90000$/i).flatMap((payloadType) => {
    const format = parameters(section, payloadType);
    const profile = PROFILES.indexOf((format.get("profile-level-id") ?? "420010").slice(0, 4).toLowerCase());
    return format.get("packetization-mode") === "1" && profile >= 0 ? [{ payloadType, profile }] : [];
  });
  const best = offered.toSorted((one, other) => one.profile - other.profile)[0];
  if (!best) return "it offers no H.264 of baseline or main profile with packetization-mode=1";
  const format = `level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=${
    PROFILES[best.profile]
  }${LEVEL}`;
  return { payloadType: best.payloadType, format, ids };
}

/** The Opus of a section, or why there is none. */
export function chooseAudio(section: MediaSection): OfferedFormat | string {
  const ids = readExtensions(section);
  if (typeof ids === "string") return ids;
  const payloadType = payloadTypes(section, /^opus\/48000\/2$/i)[0];
  if (payloadType === undefined) return "it offers no Opus";
  // Without `stereo` a browser decodes to one channel (RFC 7587, section 6.1).
  return { payloadType, format: "minptime=10;stereo=1;sprop-stereo=1;useinbandfec=1", ids };
}

/** The payload types of a section that its `rtpmap` gives this name, in the viewer's order. */
function payloadTypes({ formats, attributes }: MediaSection, name: RegExp): number[] {
  const maps = (attributes.get("rtpmap") ?? []).flatMap((value) => {
    const match = /^([0-9]{1,3}) ([!-~]{1,40})$/.exec(value);
    return match && name.test(match[2]!) ? [Number(match[1])] : [];
  });
  return formats.filter((format) => maps.includes(format) && isDynamic(format));
}

/** Dynamic payload types (RFC 3551, section 6). 64 to 95 would be taken for RTCP (RFC 5761, section 4). */
function isDynamic(payloadType: number): boolean {
  return payloadType >= 35 && payloadType < 64 || payloadType >= 96 && payloadType < 128;
}

function parameters({ attributes }: MediaSection, payloadType: number): Map<string, string> {
  const lines = (attributes.get("fmtp") ?? []).filter((line) => line.startsWith(`${payloadType} `));
  const pairs = lines.flatMap((line) => line.slice(line.indexOf(" ") + 1).split(";"));
  return new Map(pairs.map((pair) => {
    const equals = pair.indexOf("=");
    return equals < 0
      ? [pair.trim().toLowerCase(), ""]
      : [pair.slice(0, equals).trim().toLowerCase(), pair.slice(equals + 1).trim()];
  }));
}

/** The ids of the extensions that are sent; those that a header of one byte can't name (RFC 8285, section 4.2) count as not offered. */
function readExtensions({ attributes }: MediaSection): ExtensionIds | string {
  const found = { playoutDelay: 0, sendTime: 0, captureTime: 0 };
  for (const value of attributes.get("extmap") ?? []) {
    const match = /^([0-9]{1,5})(?:\/[a-z]{1,8})? ([!-~]{1,200})$/.exec(value);
    if (!match) return "an attribute extmap has the wrong form";
    const name = (Object.keys(EXTENSIONS) as (keyof typeof EXTENSIONS)[])
      .find((key) => EXTENSIONS[key] === match[2]);
    const id = Number(match[1]);
    if (name === undefined || id < 1 || id > 14) continue;
    if (found[name] !== 0 || Object.values(found).includes(id)) {
      return "two attributes extmap contradict each other";
    }
    found[name] = id;
  }
  return found;
}
