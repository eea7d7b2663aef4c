/** Which keys to press so that a character comes out, whatever modifiers are down. Pure. */
import { type KeyMap, type KeyPlace, LEVEL3, LOCK, SHIFT } from "./key_map.ts";

/** A key that goes down (true) or up. */
export type Stroke = readonly [keycode: number, down: boolean];

/** The keyboard as it is: the modifiers that are on (the core protocol's bits), the layout, and the keys that we hold. */
export interface KeyState {
  readonly modifiers: number;
  readonly group: number;
  readonly held: ReadonlySet<number>;
}

/** What has to be done before a key says what it should, and to be undone after it. Both are empty if the modifiers fit. */
export interface Fitting {
  readonly before: readonly Stroke[];
  readonly after: readonly Stroke[];
}

/** The modifiers for `place`: those that are missing are pressed, those that we hold and that would make it another level are let go. */
export function fit(map: KeyMap, place: KeyPlace, state: KeyState): Fitting {
  const turned = (state.modifiers & LOCK) !== 0 && map.isLetter(place, state.group);
  const shift = fitOne(map, SHIFT, ((place.level & 1) !== 0) !== turned, map.shift, state);
  const third = fitOne(map, LEVEL3, (place.level & 2) !== 0, map.level3, state);
  return { before: [...shift.before, ...third.before], after: [...third.after, ...shift.after] };
}

/** The strokes of one tap: down, up, and the modifiers around it. */
export function tap(keycode: number, { before, after }: Fitting): Stroke[] {
  return [...before, [keycode, true], [keycode, false], ...after];
}

function fitOne(
  map: KeyMap,
  bit: number,
  wanted: boolean,
  keycode: number | undefined,
  state: KeyState,
): Fitting {
  const on = (state.modifiers & bit) !== 0;
  if (on === wanted) return { before: [], after: [] };
  if (wanted) {
    return keycode === undefined ? NOTHING : { before: [[keycode, true]], after: [[keycode, false]] };
  }
  const ours = [...state.held].filter((one) => map.levelOf(one) === bit);
  return {
    before: ours.map((one): Stroke => [one, false]),
    after: ours.map((one): Stroke => [one, true]).reverse(),
  };
}

const NOTHING: Fitting = { before: [], after: [] };
