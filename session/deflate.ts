/** DEFLATE (RFC 1951) of what goes over the wire, in bounded memory. */
import { deflateSync, inflateSync } from "fflate";

/** Below it there is nothing to win; bytes. */
const PACK_FROM = 200;
/** A fast level: a screen of 80 x 24 takes well under a ms. */
const LEVEL = 4;

/** `data` packed; null where that wins nothing. */
export function pack(data: Uint8Array): Uint8Array | null {
  if (data.length < PACK_FROM) return null;
  const packed = deflateSync(data, { level: LEVEL });
  return packed.length < data.length ? packed : null;
}

/** What `packed` holds if that is exactly `size` bytes, which the caller has bounded; else null. */
export function unpack(packed: Uint8Array, size: number): Uint8Array | null {
  try {
    const data = inflateSync(packed, { out: new Uint8Array(size) });
    return data.length === size ? data : null;
  } catch {
    return null;
  }
}
