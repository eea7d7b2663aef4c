/** Parts of a stream, by offset. */

/** The bytes `[base, end)`. */
export interface ByteRange {
  readonly base: number;
  readonly end: number;
}

/** The merged, ascending ranges that `ranges` cover from `from` on: frames that repeat earlier bytes overlap. */
export function merged(ranges: readonly ByteRange[], from: number): ByteRange[] {
  const all: { base: number; end: number }[] = [];
  for (const { base, end } of ranges.filter((r) => r.end > from).sort((a, b) => a.base - b.base)) {
    const last = all[all.length - 1];
    if (last && base <= last.end) last.end = Math.max(last.end, end);
    else all.push({ base: Math.max(base, from), end });
  }
  return all;
}
