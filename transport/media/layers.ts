/**
 * Who gets which encoding, and at which rates. All viewers share the main one as long as the slowest can have half of what the fastest
 * can: the main rate is the least of theirs. Those below half, for whom what it takes is too much, get a second, smaller one, so that they do not
 * slow the others. Pure; times in ms.
 */

/** The encodings of the desktop: `small` has fewer pixels or pictures. */
export type Layer = "main" | "small";

/** What an encoder is to make, in whole bits a second; 0: nobody wants this layer. */
export interface LayersWanted {
  readonly main: number;
  readonly small: number;
}

/** What a viewer can have at a time; `layer` is where it is. */
export interface Demand {
  target: number;
  layer: Layer;
  /** Since when it is below or above the share at which it moves; undefined while it is neither. */
  since: number | undefined;
  /** How long it must be above before it moves up; ms. */
  patience: number;
  /** When it moved last. */
  movedAt: number;
}

/** The shares of the best rate below which a viewer falls to `small`, and above which it comes back. */
const FALL = 0.5;
const RETURN = 0.75;
/**
 * A viewer whose rate the small layer does not fill, to this share, may come back as well: a rate that is not used does not rise, so it would
 * never have three quarters of what others have. That is a try, which may fail.
 */
const SPARE = 0.8;
/** How long a viewer must be below the share; ms. A short dip costs less than a change, which takes a keyframe. */
const FALL_AFTER = 2000;
/** How long it must be above; ms. Twice as long after each return that failed within a minute, and two minutes at most. */
export const RETURN_AFTER = 8000;
const FAILED_WITHIN = 60_000;
const MOST_PATIENCE = 120_000;

/**
 * Moves viewers between the layers where their time has come, and says what is wanted.
 * @param made bits a second that each layer took lately
 */
export function chooseLayers(viewers: readonly Demand[], made: LayersWanted, now: number): LayersWanted {
  const best = Math.max(0, ...viewers.map(({ target }) => target));
  for (const viewer of viewers) move(viewer, best, made, now);
  const of = (layer: Layer) => viewers.filter((viewer) => viewer.layer === layer).map(({ target }) => target);
  return { main: shared(of("main")), small: shared(of("small")) };
}

/** The rate of a layer: the least of those who can have half of its best. Who can't loses pictures, and is shown the desktop in another way. */
function shared(targets: readonly number[]): number {
  const best = Math.max(0, ...targets);
  return targets.length === 0 ? 0 : Math.ceil(Math.min(...targets.filter((target) => target >= best * FALL)));
}

function move(viewer: Demand, best: number, made: LayersWanted, now: number): void {
  const { target } = viewer;
  const down = viewer.layer === "main";
  const moves = down
    ? target < best * FALL && target < made.main
    : target > best * RETURN || target * SPARE > made.small;
  if (!moves) {
    viewer.since = undefined;
    return;
  }
  viewer.since ??= now;
  if (now - viewer.since < (down ? FALL_AFTER : viewer.patience)) return;
  if (down && now - viewer.movedAt < FAILED_WITHIN) {
    viewer.patience = Math.min(MOST_PATIENCE, viewer.patience * 2);
  } else if (down) viewer.patience = RETURN_AFTER;
  viewer.layer = down ? "small" : "main";
  viewer.since = undefined;
  viewer.movedAt = now;
}
