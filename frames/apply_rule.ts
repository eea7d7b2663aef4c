/** The one rule of `WIRE.md`, "Streams and versions": what a receiver does with bytes at an offset. */

/** Bytes `[base, base + data.length)` of a stream. */
export interface Segment {
  readonly base: number;
  readonly data: Uint8Array;
}

export type Applied =
  /** The new bytes, which end at the new `have`. */
  | { readonly kind: "new"; readonly data: Uint8Array; readonly have: number }
  | { readonly kind: "duplicate" }
  | { readonly kind: "gap"; readonly expected: number; readonly got: number };

/**
 * What `segment` brings to one who has applied everything below `have`.
 * @example
 * ```ts
 * import { apply } from "./apply_rule.ts";
 * const bytes = (text: string) => new TextEncoder().encode(text);
 * const got = apply(3, { base: 1, data: bytes("bcdef") });
 * if (got.kind !== "new" || got.have !== 6 || got.data.length !== 3) throw new Error("expected def");
 * ```
 */
export function apply(have: number, segment: Segment): Applied {
  const version = segment.base + segment.data.length;
  if (version <= have) return { kind: "duplicate" };
  if (segment.base > have) return { kind: "gap", expected: have, got: segment.base };
  return { kind: "new", data: segment.data.subarray(have - segment.base), have: version };
}
