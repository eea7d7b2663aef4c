/** Changed parts of a picture: cut to an area, and merged until they are few. Pure. */
import type { Rectangle } from "./types.ts";

/** The most parts of one change: reading a part costs some 20 µs besides its pixels. */
export const MAX_PARTS = 16;
/** More parts than this are first joined by bands of the picture, so that comparing each with each stays cheap. */
const MAX_COMPARED = 64;
/** Two parts become one if that adds at most this many pixels: reading 4,000 pixels takes as long as asking once more. */
const WORTH = 4096;

/** What both have, or undefined. */
export function intersection(one: Rectangle, other: Rectangle): Rectangle | undefined {
  const x = Math.max(one.x, other.x);
  const y = Math.max(one.y, other.y);
  const width = Math.min(one.x + one.width, other.x + other.width) - x;
  const height = Math.min(one.y + one.height, other.y + other.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : undefined;
}

/** The smallest rectangle that holds both. */
export function union(one: Rectangle, other: Rectangle): Rectangle {
  const x = Math.min(one.x, other.x);
  const y = Math.min(one.y, other.y);
  return {
    x,
    y,
    width: Math.max(one.x + one.width, other.x + other.width) - x,
    height: Math.max(one.y + one.height, other.y + other.height) - y,
  };
}

/** The parts of `changed` within `area`, counted from its corner: at most {@link MAX_PARTS}, which hold all of it and seldom more. */
export function partsOf(changed: readonly Rectangle[], area: Rectangle): Rectangle[] {
  const within = changed.flatMap((one) => {
    const part = intersection(one, area);
    return part === undefined ? [] : [{ ...part, x: part.x - area.x, y: part.y - area.y }];
  });
  return merge(within.length > MAX_COMPARED ? byBands(within, area.height) : within);
}

function byBands(parts: readonly Rectangle[], height: number): Rectangle[] {
  const bands = new Map<number, Rectangle>();
  for (const part of parts) {
    const band = Math.floor(part.y * MAX_COMPARED / height);
    const before = bands.get(band);
    bands.set(band, before === undefined ? part : union(before, part));
  }
  return [...bands.values()];
}

/** Joins the pair that adds the fewest pixels, again and again. */
function merge(parts: readonly Rectangle[]): Rectangle[] {
  const left = [...parts];
  for (;;) {
    const best = cheapest(left);
    if (best === undefined || (left.length <= MAX_PARTS && best.added > WORTH)) return left;
    const joined = union(left[best.one]!, left[best.other]!);
    left.splice(best.other, 1);
    left[best.one] = joined;
  }
}

function cheapest(parts: readonly Rectangle[]): { one: number; other: number; added: number } | undefined {
  let best: { one: number; other: number; added: number } | undefined;
  for (let one = 0; one < parts.length; one++) {
    for (let other = one + 1; other < parts.length; other++) {
      const added = pixels(union(parts[one]!, parts[other]!)) - pixels(parts[one]!) - pixels(parts[other]!);
      if (best === undefined || added < best.added) best = { one, other, added };
    }
  }
  return best;
}

function pixels({ width, height }: Rectangle): number {
  return width * height;
}
