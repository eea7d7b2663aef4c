/**
 * What a viewer says about the packets that it got: RTCP (RFC 3550, section 6; RFC 4585; RFC 5104; REMB as in draft-alvestrand-rmcat-remb).
 * The reader is strict and never throws: whoever proved the secret may still send anything.
 */

/** One thing that a viewer said. `about` is the SSRC of the stream that it means. */
export type RtcpEvent =
  | {
    readonly kind: "report";
    readonly about: number;
    /** The share of packets lost since the report before, 0 to 1. */
    readonly lost: number;
    /** The highest sequence number received, with its cycles: 32 bits. */
    readonly highest: number;
    /** In ticks of the stream's clock. */
    readonly jitter: number;
    /** The middle 32 bits of the NTP time in the newest sender report that it got; 0 for none. */
    readonly lastReport: number;
    /** How long it had that one; ms. */
    readonly heldMs: number;
  }
  /** The bits a second that it believes the path carries. */
  | { readonly kind: "remb"; readonly bitrate: number }
  | { readonly kind: "nack"; readonly about: number; readonly sequences: readonly number[] }
  | { readonly kind: "keyframe"; readonly about: number };

/** The longest compound packet that is read, in bytes; one that is longer never came in one packet of a network. */
const LONGEST = 1500;
const TYPE = {
  senderReport: 200,
  receiverReport: 201,
  transportFeedback: 205,
  payloadFeedback: 206,
} as const;
const REPORT_BLOCK = 24;

/** Reads a compound packet. What was sound before a fault stands; `malformed` is whether there is one. Types that are not known are passed over. */
export function readRtcp(bytes: Uint8Array): { readonly events: RtcpEvent[]; readonly malformed: boolean } {
  const events: RtcpEvent[] = [];
  if (bytes.length > LONGEST || bytes.length < 4) return { events, malformed: true };
  for (let at = 0; at < bytes.length;) {
    if (bytes.length - at < 4 || bytes[at]! >> 6 !== 2) return { events, malformed: true };
    const length = 4 + 4 * (bytes[at + 2]! << 8 | bytes[at + 3]!);
    const padded = (bytes[at]! & 0x20) !== 0;
    const end = at + length;
    if (end > bytes.length || padded && end !== bytes.length) return { events, malformed: true };
    // The last byte says how much of the end is padding (section 6.4.1).
    const padding = padded ? bytes[end - 1]! : 0;
    if (padded && (padding === 0 || padding % 4 !== 0 || padding > length - 4)) {
      return { events, malformed: true };
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, length - padding);
    if (!readPacket(view, events)) return { events, malformed: true };
    at = end;
  }
  return { events, malformed: false };
}

function readPacket(view: DataView, events: RtcpEvent[]): boolean {
  const count = view.getUint8(0) & 31;
  switch (view.getUint8(1)) {
    case TYPE.senderReport:
      return readReports(view, 28, count, events);
    case TYPE.receiverReport:
      return readReports(view, 8, count, events);
    case TYPE.transportFeedback:
      return count !== 1 || readNack(view, events);
    case TYPE.payloadFeedback:
      if (count === 1) return readPli(view, events);
      if (count === 4) return readFir(view, events);
      return count !== 15 || readRemb(view, events);
    default:
      return true;
  }
}

function readReports(view: DataView, from: number, count: number, events: RtcpEvent[]): boolean {
  if (view.byteLength < from + count * REPORT_BLOCK) return false;
  for (let n = 0; n < count; n++) {
    const at = from + n * REPORT_BLOCK;
    events.push({
      kind: "report",
      about: view.getUint32(at),
      lost: view.getUint8(at + 4) / 256,
      highest: view.getUint32(at + 8),
      jitter: view.getUint32(at + 12),
      lastReport: view.getUint32(at + 16),
      heldMs: view.getUint32(at + 20) / 65.536,
    });
  }
  return true;
}

/** RFC 4585, section 6.2.1: each word has a sequence number, and a bit for each of the 16 that follow it. */
function readNack(view: DataView, events: RtcpEvent[]): boolean {
  if (view.byteLength < 16) return false;
  const sequences: number[] = [];
  for (let at = 12; at < view.byteLength; at += 4) {
    const first = view.getUint16(at);
    sequences.push(first);
    const more = view.getUint16(at + 2);
    for (let bit = 0; bit < 16; bit++) if (more & (1 << bit)) sequences.push((first + 1 + bit) & 0xFFFF);
  }
  events.push({ kind: "nack", about: view.getUint32(8), sequences });
  return true;
}

/** RFC 4585, section 6.3.1. */
function readPli(view: DataView, events: RtcpEvent[]): boolean {
  if (view.byteLength !== 12) return false;
  events.push({ kind: "keyframe", about: view.getUint32(8) });
  return true;
}

/** RFC 5104, section 4.3.1: which streams are meant stands in the entries. A repeated request costs nothing, since keyframes have a pace. */
function readFir(view: DataView, events: RtcpEvent[]): boolean {
  if (view.byteLength < 20 || (view.byteLength - 12) % 8 !== 0) return false;
  for (let at = 12; at < view.byteLength; at += 8) {
    events.push({ kind: "keyframe", about: view.getUint32(at) });
  }
  return true;
}

const REMB = 0x52454D42;

/** `REMB`, the number of SSRCs, a rate of 6 bits of exponent and 18 of mantissa. Other application feedback is passed over. */
function readRemb(view: DataView, events: RtcpEvent[]): boolean {
  if (view.byteLength < 16 || view.getUint32(12) !== REMB) return true;
  if (view.byteLength < 20 || view.byteLength !== 20 + 4 * view.getUint8(16)) return false;
  const word = view.getUint32(16) & 0xFFFFFF;
  const bitrate = (word & 0x3FFFF) * 2 ** (word >> 18);
  events.push({ kind: "remb", bitrate });
  return true;
}
