/** What pictures a person's terminal shows, as it says itself when the first one is to be seen. */
import type { Pixels } from "./picture_sizes.ts";

/** XTVERSION, the text area and a cell in pixels (XTWINOPS), and what every terminal answers (DA1): behind it comes no more. */
export const PICTURE_QUESTION = "\x1b[>q\x1b[14t\x1b[16t\x1b[c";
/** Terminals that show kitty's pictures, and iTerm's with the cursor left alone, by their names in XTVERSION. WezTerm shows kitty's only if it is set up to. */
const KITTY = /^(kitty|ghostty)\b/i;
const ITERM = /^(iTerm2|WezTerm)\b/i;
/** The attribute in DA1 that says sixel. */
const SIXEL = "4";
/** Its name, its attributes, or a size. */
// deno-lint-ignore no-control-regex -- answers are escape sequences
const ANSWER = /^\x1b(?:P>\|([^\x1b]*)|\[\?([\d;]*)c|\[([46]);(\d{1,5});(\d{1,5})t)/;
/** A larger cell is a mistake; pixels. */
const MAX_CELL = 200;

export class PictureAbilities {
  kitty = false;
  iterm = false;
  sixel = false;
  /** A cell in pixels: sixel pictures are drawn to its measure. */
  cell: Pixels | undefined;

  /** @param changed called when something is known that was not */
  constructor(private readonly changed: () => void) {}

  /** Takes what the terminal answered; `window`: its size in cells. */
  take(answer: string, window: { readonly cols: number; readonly rows: number }): void {
    const [, name, attributes, kind, height, width] = ANSWER.exec(answer) ?? [];
    if (name !== undefined) [this.kitty, this.iterm] = [KITTY.test(name), ITERM.test(name)];
    else if (attributes !== undefined) this.sixel = attributes.split(";").slice(1).includes(SIXEL);
    else if (kind === "6") this.#measured(Number(width), Number(height));
    else if (kind === "4" && !this.cell) {
      this.#measured(Number(width) / window.cols, Number(height) / window.rows);
    } else return;
    this.changed();
  }

  #measured(width: number, height: number): void {
    const cell = { width: Math.floor(width), height: Math.floor(height) };
    if (cell.width > 0 && cell.height > 0 && Math.max(cell.width, cell.height) <= MAX_CELL) this.cell = cell;
  }
}
