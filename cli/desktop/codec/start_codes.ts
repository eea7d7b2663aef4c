/** H.264's byte stream (Annex B of the standard): NAL units behind start codes. Pure. */

/** Where the next `00 00 01` begins in `bytes`, from `at` on; the length if there is none. */
function nextStart(bytes: Uint8Array, at: number): number {
  for (;;) {
    // What a start code ends with is rarer than zeros.
    const one = bytes.indexOf(1, at);
    if (one < 0) return bytes.length;
    if (one >= 2 && bytes[one - 1] === 0 && bytes[one - 2] === 0) return one - 2;
    at = one + 1;
  }
}

/**
 * The NAL units of `bytes`, copied, without start codes (of 3 or 4 bytes) and the zeros that may follow a unit. What is before the first
 * start code, and empty units, are left out.
 */
export function splitNals(bytes: Uint8Array): Uint8Array[] {
  const nals: Uint8Array[] = [];
  for (let start = nextStart(bytes, 0); start < bytes.length;) {
    const from = start + 3;
    start = nextStart(bytes, from);
    let to = start;
    // A unit never ends with a zero: those are the first of a longer start code, or padding.
    while (to > from && bytes[to - 1] === 0) to--;
    if (to > from) nals.push(bytes.slice(from, to));
  }
  return nals;
}

/** `nals` as one byte stream, with start codes of 4 bytes. */
export function joinNals(nals: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(nals.reduce((sum, nal) => sum + 4 + nal.length, 0));
  let at = 0;
  for (const nal of nals) {
    bytes[at + 3] = 1;
    bytes.set(nal, at + 4);
    at += 4 + nal.length;
  }
  return bytes;
}

/** The type of a NAL unit: 5 is a slice of an IDR picture, 7 SPS, 8 PPS. */
export function nalType(nal: Uint8Array): number {
  return nal[0]! & 0x1f;
}
