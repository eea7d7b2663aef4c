/** What each key of the X server says, and which keys say something that is wanted. Pure. */
import { canonicalKeysym, isLetterPair, LEVEL3_SHIFT, SHIFT_L } from "./keysyms.ts";

/** A key and its level: bit 0 is Shift, bit 1 the third level (AltGr). */
export interface KeyPlace {
  readonly keycode: number;
  readonly level: number;
}

/** Modifiers of the core protocol, as bits of a state. */
export const SHIFT = 1;
export const LOCK = 2;
/** Control, and what is usually Alt (Mod1) and Super (Mod4). */
export const COMMANDS = 4 | 8 | 64;
/** What is usually the third level (Mod5). */
export const LEVEL3 = 128;

/** Where the four levels of each group are in a row of the core protocol (xkbproto, "Mapping from XKB to core"). */
const GROUPS = [[0, 1, 4, 5], [2, 3, 6, 7]] as const;
/** Keys above this are of special keyboards: programs know them less well. In levels, so that any level of another comes before. */
const LAST_USUAL = 135;
const UNUSUAL = 8;

/** A mapping, as GetKeyboardMapping gives it: for each keycode from `first`, its keysyms. */
export class KeyMap {
  readonly #places: readonly ReadonlyMap<number, KeyPlace>[];
  readonly #rows: readonly (readonly number[])[];

  constructor(private readonly first: number, rows: readonly (readonly number[])[]) {
    this.#rows = rows;
    this.#places = GROUPS.map((columns) => placesOf(first, rows, columns));
  }

  /** The key that says `keysym` in `group` (0, or 1 for a second layout that is on), at the least level. */
  find(keysym: number, group: number): KeyPlace | undefined {
    return this.#places[group & 1]!.get(canonicalKeysym(keysym));
  }

  /** Keycodes that say nothing, highest first: the low ones may be given a meaning by a keyboard that is plugged in. */
  get spare(): number[] {
    return this.#rows.flatMap((row, i) => row.every((keysym) => keysym === 0) ? [this.first + i] : [])
      .filter((keycode) => keycode > this.first)
      .reverse();
  }

  /** Whether Caps Lock turns what this key says at this level. */
  isLetter({ keycode, level }: KeyPlace, group: number): boolean {
    const row = this.#rows[keycode - this.first] ?? [];
    const [small, capital] = GROUPS[group & 1]!.slice(level & 2, (level & 2) + 2).map((at) => row[at] ?? 0);
    return isLetterPair(small!, capital!);
  }

  /** The keys that turn Shift and the third level on. */
  get shift(): number | undefined {
    return this.find(SHIFT_L, 0)?.keycode;
  }

  get level3(): number | undefined {
    return this.find(LEVEL3_SHIFT, 0)?.keycode;
  }

  /** Whether a key, held, is one of those. */
  levelOf(keycode: number): number {
    const [keysym] = this.#rows[keycode - this.first] ?? [];
    if (keysym === SHIFT_L || keysym === SHIFT_L + 1) return SHIFT;
    return keysym === LEVEL3_SHIFT ? LEVEL3 : 0;
  }
}

function placesOf(
  first: number,
  rows: readonly (readonly number[])[],
  columns: readonly number[],
): Map<number, KeyPlace> {
  const places = new Map<number, KeyPlace & { cost: number }>();
  rows.forEach((row, i) => {
    const keycode = first + i;
    // A key without a second layout says in it what it says in the first.
    const used = columns.some((column) => row[column]) ? columns : GROUPS[0];
    used.forEach((column, level) => {
      const keysym = canonicalKeysym(row[column] ?? 0);
      const cost = level + (keycode > LAST_USUAL ? UNUSUAL : 0);
      if (keysym !== 0 && cost < (places.get(keysym)?.cost ?? Infinity)) {
        places.set(keysym, { keycode, level, cost });
      }
    });
  });
  return places;
}
