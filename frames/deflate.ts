/** DEFLATE (RFC 1951) of what goes over the wire, in bounded memory. */
import { deflateSync, Inflate, inflateSync } from "fflate";

/** Below it there is nothing to win; bytes. */
const PACK_FROM = 200;
/** Unpacked at once, bytes: no more than 8 MiB can come out of so many, 50 ms of work. */
const STEP = 8 * 1024;
/** A fast level: a screen of 80 x 24 takes well under a ms. */
const LEVEL = 4;

/** `data` packed; null where that wins nothing. */
export function pack(data: Uint8Array): Uint8Array | null {
  if (data.length < PACK_FROM) return null;
  const packed = deflateSync(data, { level: LEVEL });
  return packed.length < data.length ? packed : null;
}

/** What `packed` holds if that is exactly `size` bytes, which the caller has bounded; else null, as soon as that is sure. */
export function unpack(packed: Uint8Array, size: number): Uint8Array | null {
  try {
    if (packed.length > STEP) return unpackLong(packed, size);
    // One byte more shows that there is more; what has no room is thrown away.
    const data = inflateSync(packed, { out: new Uint8Array(size + 1) });
    return data.length === size ? data : null;
  } catch {
    return null;
  }
}

/** Stops at what is too much: 8 MiB packed may hold 8 GiB. A little slower where there is little. */
function unpackLong(packed: Uint8Array, size: number): Uint8Array | null {
  const data = new Uint8Array(size);
  let at = 0;
  const inflate = new Inflate((piece) => {
    if (at + piece.length <= size) data.set(piece, at);
    at += piece.length;
  });
  for (let from = 0; from < packed.length && at <= size; from += STEP) {
    inflate.push(packed.subarray(from, from + STEP), from + STEP >= packed.length);
  }
  return at === size ? data : null;
}
