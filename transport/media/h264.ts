/** H.264 (ITU-T H.264) into RTP payloads: packetization mode 1 of RFC 6184. Pure. */

import { MAX_PAYLOAD } from "./rtp.ts";

/** Types of NAL units (table 7-1) and of payloads (RFC 6184, section 5.2). */
const NAL = { sei: 6, sps: 7, pps: 8, delimiter: 9, stapA: 24, fuA: 28 } as const;
const TYPE = 0x1F;
const REFERENCE = 0x60;
const FU_HEADER = 2;

/**
 * The payloads of one picture, each as its parts, in order. Parameter sets and SEI that follow each other go together (STAP-A), units that
 * are too long for a packet are split evenly (FU-A), and delimiters are left out: RTP's marker does their work.
 */
export function packetizeH264(units: readonly Uint8Array[], longest = MAX_PAYLOAD): Uint8Array[][] {
  const payloads: Uint8Array[][] = [];
  let sets: Uint8Array[] = [];
  let size = 1;
  const flush = () => {
    if (sets.length === 1) payloads.push(sets);
    else if (sets.length > 1) payloads.push(aggregate(sets));
    sets = [];
    size = 1;
  };
  for (const unit of units) {
    const type = unit[0]! & TYPE;
    if (type === NAL.delimiter) continue;
    const small = type === NAL.sps || type === NAL.pps || type === NAL.sei;
    if (!small || size + 2 + unit.length > longest) flush();
    if (small && size + 2 + unit.length <= longest) {
      sets.push(unit);
      size += 2 + unit.length;
    } else if (unit.length <= longest) payloads.push([unit]);
    else payloads.push(...fragment(unit, longest));
  }
  flush();
  return payloads;
}

/** STAP-A (section 5.7.1): a header with the highest importance of its units, then each with its length. */
function aggregate(units: readonly Uint8Array[]): Uint8Array[] {
  const importance = Math.max(...units.map((unit) => unit[0]! & REFERENCE));
  const parts: Uint8Array[] = [Uint8Array.of(importance | NAL.stapA)];
  for (const unit of units) parts.push(Uint8Array.of(unit.length >> 8, unit.length), unit);
  return parts;
}

/** FU-A (section 5.8): the unit's header is split between the two bytes before each fragment. */
function fragment(unit: Uint8Array, longest: number): Uint8Array[][] {
  const body = unit.subarray(1);
  const count = Math.ceil(body.length / (longest - FU_HEADER));
  const indicator = (unit[0]! & ~TYPE) | NAL.fuA;
  const type = unit[0]! & TYPE;
  return Array.from({ length: count }, (_, index) => {
    const [from, to] = [index, index + 1].map((n) => Math.floor(n * body.length / count));
    const edge = (index === 0 ? 0x80 : 0) | (index === count - 1 ? 0x40 : 0);
    return [Uint8Array.of(indicator, edge | type), body.subarray(from, to)];
  });
}
