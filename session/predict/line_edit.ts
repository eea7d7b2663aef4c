/** What typing does to a line: which part of the text a key moves, and which stays. */

import type { ScreenView } from "./guess.ts";

/** So many blanks separate a prompt at the right edge from the typed text; a single blank separates words. */
const GAP = 2;

/** A cell, or the guess for it; `char` undefined: unknown. */
export interface LineCell {
  readonly char: string | undefined;
  readonly width: number;
}

/** A row of the screen with the guesses over it. */
export type Line = (col: number) => LineCell;

const isBlank = ({ char, width }: LineCell) => width === 1 && (char === "" || char === " ");

/**
 * One past the last column that moves when something is typed or erased at `col`; `col` itself if there is nothing. Text at the edge behind
 * a gap is a prompt of the shell's right side (RPROMPT of zsh, fish_right_prompt) and stays.
 */
export function pushedUntil(line: Line, col: number, cols: number): number {
  let end = cols;
  while (end > col && isBlank(line(end - 1))) end--;
  // zsh leaves the last column free.
  if (end < cols - 1) return end;
  let [widest, from] = [GAP - 1, end];
  for (let x = col, gap = 0; x < end; x++) {
    gap = isBlank(line(x)) ? gap + 1 : 0;
    if (gap > widest) [widest, from] = [gap, x + 1 - gap];
  }
  return from;
}

/** Whether all text from `col` to `end` is a suggestion of the shell (fish, zsh-autosuggestions): typing overwrites it. */
export function isSuggestion(view: ScreenView, row: number, col: number, end: number): boolean {
  let any = false;
  for (let x = col; x < end; x++) {
    const char = view.char(row, x);
    if (char === "" || char === " ") continue;
    if (!view.faint(row, x)) return false;
    any = true;
  }
  return any;
}

/** The width of the character that ends before `col`. */
export function widthBefore(line: Line, col: number): number {
  return col >= 2 && line(col - 1).width === 0 ? 2 : 1;
}
