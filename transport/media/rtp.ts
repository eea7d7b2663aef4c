/**
 * RTP packets (RFC 3550, section 5.1) with one-byte header extensions (RFC 8285, section 4.2), laid out so that the same packet serves every
 * viewer: what differs between viewers (payload type, sequence number, extension ids, time of sending) is patched in place before each send.
 *
 *     0   V P X CC | M PT | sequence (2) | timestamp (4) | SSRC (4)
 *     12  0xBEDE | words (2)
 *     16  playout delay: id 2 | min and max (3)
 *     20  time of sending: id 2 | seconds, 6.18 bits (3)
 *     24  only on the first packet of a picture: time of capture: id 7 | NTP time (8) | padding (3)
 */

/** The longest RTP packet in bytes: with SRTP's tag (16) it fills 1,200 bytes of UDP, which every path of the Internet carries. */
export const MAX_RTP = 1184;
/** Bytes before the payload, with the time of capture and without. */
const LONG_HEADER = 36;
const SHORT_HEADER = 24;
/** The longest payload in bytes: the same for each packet of a picture, whichever header it has. */
export const MAX_PAYLOAD = MAX_RTP - LONG_HEADER;
const MARKER = 0x80;
/** The time of sending has 6 bits of seconds; ms. */
const SEND_TIME_WRAP = 64_000;
/** NTP counts seconds from 1900 (RFC 5905); Unix from 1970. */
const NTP_EPOCH = 2_208_988_800;

/** The header extensions that are sent where a viewer offers them. */
export const EXTENSIONS = {
  playoutDelay: "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay",
  sendTime: "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
  captureTime: "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time",
} as const;

/** Ids of header extensions, 1 to 14; 0 where the viewer does not offer one. */
export type ExtensionIds = Readonly<Record<keyof typeof EXTENSIONS, number>>;

/** What a packet says for all viewers. */
export interface RtpFields {
  readonly ssrc: number;
  /** RTP's time, modulo 2^32. */
  readonly timestamp: number;
  /** The last packet of a picture; the first of sound after silence. */
  readonly marker: boolean;
  /** When the picture was captured, in ms since 1970; on its first packet alone. */
  readonly capturedAt?: number;
}

/** What is patched for a viewer. */
export interface RtpPatch {
  readonly payloadType: number;
  readonly sequence: number;
  readonly ids: ExtensionIds;
  /** ms of any clock. */
  readonly sentAt: number;
}

/** A packet whose bytes are shared by all viewers, each of which patches them before it sends them. */
export interface RtpPacket {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** As in {@link RtpFields}; absent where the header has no place for it. */
  readonly capturedAt: number | undefined;
}

/** A packet around `payload` (its parts, at most {@link MAX_PAYLOAD} bytes together), which lacks what {@link patchRtp} fills in. */
export function buildRtp(fields: RtpFields, payload: readonly Uint8Array[]): RtpPacket {
  const { ssrc, timestamp, marker, capturedAt } = fields;
  const head = capturedAt === undefined ? SHORT_HEADER : LONG_HEADER;
  const size = payload.reduce((sum, part) => sum + part.length, head);
  if (size > MAX_RTP) throw new RangeError(`an RTP packet of ${size} bytes; ${MAX_RTP} fit on every path`);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  bytes[0] = 0x90; // version 2, with an extension
  bytes[1] = marker ? MARKER : 0;
  view.setUint32(4, timestamp);
  view.setUint32(8, ssrc);
  view.setUint16(12, 0xBEDE);
  view.setUint16(14, (head - 16) / 4);
  let at = head;
  for (const part of payload) {
    bytes.set(part, at);
    at += part.length;
  }
  return { bytes, capturedAt };
}

/** Fills in what one viewer's packet has of its own. An extension that the viewer did not offer becomes padding, which is zeros. */
export function patchRtp({ bytes, capturedAt }: RtpPacket, patch: RtpPatch): void {
  const { payloadType, sequence, ids, sentAt } = patch;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  bytes[1] = (bytes[1]! & MARKER) | payloadType;
  view.setUint16(2, sequence);
  // A delay of 0 to 0: the picture is shown at once.
  view.setUint32(16, ids.playoutDelay === 0 ? 0 : element(ids.playoutDelay, 3) << 24);
  const sixths = Math.floor((sentAt % SEND_TIME_WRAP) / 1000 * 2 ** 18);
  view.setUint32(20, ids.sendTime === 0 ? 0 : (element(ids.sendTime, 3) << 24) | sixths);
  if (capturedAt === undefined) return;
  bytes[24] = ids.captureTime === 0 ? 0 : element(ids.captureTime, 8);
  if (ids.captureTime === 0) bytes.fill(0, 25, 33);
  else writeNtp(view, 25, capturedAt);
}

function element(id: number, bytes: number): number {
  return (id << 4) | (bytes - 1);
}

/** Writes `ms` (since 1970) as an NTP time of 64 bits. */
export function writeNtp(view: DataView, at: number, ms: number): void {
  const seconds = Math.floor(ms / 1000);
  view.setUint32(at, (seconds + NTP_EPOCH) % 2 ** 32);
  view.setUint32(at + 4, Math.floor((ms / 1000 - seconds) * 2 ** 32));
}
