/** How code points join into grapheme clusters: the values of Grapheme_Cluster_Break (UAX #29) that matter to a terminal. */

/** Four bits. Controls, and everything that joins nothing, are `Other`. */
export const GraphemeClass = {
  Other: 0,
  Prepend: 1,
  Extend: 2,
  RegionalIndicator: 3,
  SpacingMark: 4,
  HangulL: 5,
  HangulV: 6,
  HangulT: 7,
  HangulLV: 8,
  HangulLVT: 9,
  Joiner: 10,
  Pictographic: 11,
  /** The class of text that ends in a pair of regional indicators: a third one does not join. */
  RegionalPair: 12,
} as const;
export type GraphemeClass = typeof GraphemeClass[keyof typeof GraphemeClass];

/**
 * Whether a code point of class `next` continues a cluster that ends in class `last` (UAX #29, GB6 to GB13 without GB9c: terminals break
 * Indic conjuncts).
 */
export function joins(last: GraphemeClass, next: GraphemeClass): boolean {
  const c = GraphemeClass;
  if (next === c.Extend || next === c.Joiner || next === c.SpacingMark) return true;
  switch (last) {
    case c.Prepend:
      return true;
    case c.Joiner:
      return next === c.Pictographic;
    case c.RegionalIndicator:
      return next === c.RegionalIndicator;
    case c.HangulL:
      return next === c.HangulL || next === c.HangulV || next === c.HangulLV || next === c.HangulLVT;
    case c.HangulLV:
    case c.HangulV:
      return next === c.HangulV || next === c.HangulT;
    case c.HangulLVT:
    case c.HangulT:
      return next === c.HangulT;
    default:
      return false;
  }
}
