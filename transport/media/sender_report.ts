/** What the host says about its streams: sender reports with a name (RFC 3550, sections 6.4.1 and 6.5), and the round trip from the answer. */

import type { StreamName } from "./media_peer.ts";
import { writeNtp } from "./rtp.ts";

/** Bytes of a sender report without report blocks. */
const REPORT = 28;

/** How much was sent to one viewer of one stream. */
export interface SentTotals {
  readonly packets: number;
  /** Of payloads, without headers and padding. */
  readonly bytes: number;
}

/** A stream that is reported on. */
export interface ReportedStream extends StreamName {
  /** Its RTP time at the time of the report. */
  readonly rtpTime: number;
}

/** A sender report at the time `now` (ms since 1970), and the stream's name. */
export function buildSenderReport(
  stream: ReportedStream,
  now: number,
  sent: SentTotals,
): Uint8Array<ArrayBuffer> {
  const { ssrc, cname, rtpTime } = stream;
  // The item ends in at least one zero, and the chunk fills whole words.
  const words = Math.ceil((4 + 2 + cname.length + 1) / 4);
  const bytes = new Uint8Array(REPORT + 4 + 4 * words);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x80C80006);
  view.setUint32(4, ssrc);
  writeNtp(view, 8, now);
  view.setUint32(16, rtpTime);
  view.setUint32(20, sent.packets);
  view.setUint32(24, sent.bytes);
  view.setUint16(28, 0x81CA);
  view.setUint16(30, words);
  view.setUint32(32, ssrc);
  bytes[36] = 1; // CNAME
  bytes[37] = cname.length;
  for (let n = 0; n < cname.length; n++) bytes[38 + n] = cname.charCodeAt(n);
  return bytes;
}

/** The middle 32 bits of the NTP time of `ms` since 1970, by which a viewer names the sender report that it had (`lastReport`). */
export function shortNtp(ms: number): number {
  const view = new DataView(new ArrayBuffer(8));
  writeNtp(view, 0, ms);
  return view.getUint32(2);
}

/** The round trip in ms at the time `now`; undefined if the viewer has had no sender report, or says what can't be. */
export function roundTrip(now: number, lastReport: number, heldMs: number): number | undefined {
  if (lastReport === 0) return undefined;
  const rtt = ((shortNtp(now) - lastReport) >>> 0) / 65.536 - heldMs;
  // Up to a ms below zero comes from rounding; more, and what is beyond a minute, is no round trip.
  return rtt > -1 && rtt < 60_000 ? Math.max(0, rtt) : undefined;
}
