/** Which pictures a person's terminal can show, from its own answers when the first picture is visible. */
import type { Pixels } from "./picture_sizes.ts";

/** Queries XTVERSION, the text area and a cell in pixels (XTWINOPS), and last DA1, which every terminal answers: no answer follows it. */
export const PICTURE_QUESTION = "\x1b[>q\x1b[14t\x1b[16t\x1b[c";
/**
 * Terminals that show kitty's pictures (and iTerm's without moving the cursor), by their names in XTVERSION. WezTerm shows kitty's only if
 * configured.
 */
const KITTY = /^(kitty|ghostty)\b/i;
const ITERM = /^(iTerm2|WezTerm)\b/i;
/** The DA1 attribute for sixel. */
const SIXEL = "4";
/** The name, the attributes, or a size. */
// deno-lint-ignore no-control-regex -- answers are escape sequences
const ANSWER = /^\x1b(?:P>\|([^\x1b]*)|\[\?([\d;]*)c|\[([46]);(\d{1,5});(\d{1,5})t)/;
/** The largest credible cell, in pixels. */
const MAX_CELL = 200;

/** What one terminal can show. */
export class PictureAbilities {
  kitty = false;
  iterm = false;
  sixel = false;
  /** A cell in pixels: sixel pictures are drawn at this scale. */
  cell: Pixels | undefined;

  /** @param changed called when new information came */
  constructor(private readonly changed: () => void) {}

  /** Handles an answer of the terminal; `window`: its size in cells. */
  receive(answer: string, window: { readonly cols: number; readonly rows: number }): void {
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
