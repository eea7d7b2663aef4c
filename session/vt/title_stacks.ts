/**
 * Titles that a program saves in a viewer's terminal and restores (XTWINOPS 22 and 23): only its own titles, never one that the terminal
 * had before.
 */
import { POP_TITLE, PUSH_TITLE } from "./allowed_controls.ts";

/** The most titles saved: terminals keep ten, and the first is the person's own. */
const MOST = 8;

/** The title stacks of one terminal. */
export class TitleStacks {
  #window = 0;
  #icon = 0;

  /** What passes of `CSI params t`: the part that concerns only titles that the program itself has saved; null if there is none. */
  allowed(params: string): string | null {
    const push = PUSH_TITLE.test(params);
    if (!push && !POP_TITLE.test(params)) return null;
    const may = (saved: number) => push ? saved < MOST : saved > 0;
    const window = may(this.#window);
    const both = !params.endsWith(";2");
    const icon = both && may(this.#icon);
    if (!window && !icon) return null;
    const step = push ? 1 : -1;
    if (window) this.#window += step;
    if (icon) this.#icon += step;
    if (window && icon === both) return `\x1b[${params}t`;
    return `\x1b[${push ? 22 : 23};${window ? 2 : 1}t`;
  }
}
