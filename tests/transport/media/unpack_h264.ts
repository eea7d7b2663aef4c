/** The other side of the packetiser, for tests: NAL units out of RTP payloads (RFC 6184). Throws where a payload is not what the RFC says. */

const STAP_A = 24;
const FU_A = 28;

/** The NAL units of these payloads, in order. */
export function unpackH264(payloads: readonly Uint8Array[]): Uint8Array[] {
  const units: Uint8Array[] = [];
  let fragments: number[] | undefined;
  for (const payload of payloads) {
    const type = payload[0]! & 31;
    if (type !== FU_A && fragments) throw new Error("a unit ends in the middle");
    if (type === STAP_A) {
      for (let at = 1; at < payload.length;) {
        const size = payload[at]! << 8 | payload[at + 1]!;
        if (size === 0 || at + 2 + size > payload.length) {
          throw new Error(`a unit of ${size} bytes in a STAP-A`);
        }
        units.push(payload.subarray(at + 2, at + 2 + size));
        at += 2 + size;
      }
    } else if (type === FU_A) {
      const header = payload[1]!;
      if (((header & 0x80) !== 0) !== (fragments === undefined)) {
        throw new Error("a fragment's start is wrong");
      }
      fragments ??= [(payload[0]! & 0xE0) | (header & 31)];
      fragments.push(...payload.subarray(2));
      if (header & 0x40) {
        units.push(Uint8Array.from(fragments));
        fragments = undefined;
      }
    } else units.push(payload);
  }
  if (fragments) throw new Error("the last unit has no end");
  return units;
}
