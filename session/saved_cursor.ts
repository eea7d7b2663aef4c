/** The saved cursor (DECSC, DECRC, and mode 1049), kept as terminals keep it where xterm.js 6.0.0 differs. */

import { HAS_EXTENDED } from "./attributes.ts";
import type { Emulator } from "./terminal_like.ts";

/** `_ext` in `extended`: the style of the underline, three bits from here up. */
const UNDERLINE_STYLE_MASK = 0x1c000000;

interface Saved {
  /** Relative to the top of the screen. */
  row: number;
  /** Underline style and colour, packed. */
  ext: number;
}

/**
 * xterm.js saves the row relative to the scrollback, so that after scrolling DECRC would return to one row while the
 * scrollback grows and to another once it is full; host and viewer would disagree. It also forgets the underline's style
 * and colour, and hides an open hyperlink. This keeps both per screen, and puts them right before xterm.js restores.
 */
export class SavedCursors {
  #normal: Saved = { row: 0, ext: 0 };
  #alt: Saved = { row: 0, ext: 0 };

  constructor(private readonly emulator: Emulator) {
    const input = emulator._inputHandler;
    const active = () => this.#buffers.active === this.#buffers.alt ? "alt" : "normal";
    const save = (screen: "normal" | "alt") => {
      const saved = this.get(screen);
      saved.row = this.#buffers.active.y;
      saved.ext = input._curAttrData.extended._ext;
      return false;
    };
    const restore = (screen: "normal" | "alt") => {
      this.apply();
      const extended = input._curAttrData.extended.clone();
      extended._ext = this.get(screen).ext;
      input._curAttrData.extended = extended;
      const attributes = this.#buffers[screen].savedCurAttrData;
      const empty = (extended._ext & UNDERLINE_STYLE_MASK) === 0 && extended.urlId === 0;
      attributes.bg = empty ? attributes.bg & ~HAS_EXTENDED : attributes.bg | HAS_EXTENDED;
      return false;
    };
    const modes = (p: { params: Int32Array; length: number }, set: boolean) => {
      // One sequence may switch the screen and then save or restore there.
      let screen: "normal" | "alt" = active();
      for (let i = 0; i < p.length; i++) {
        const mode = p.params[i]!;
        const switches = mode === 47 || mode === 1047 || mode === 1049;
        if (!set && switches) screen = "normal";
        if (mode === 1048 || mode === 1049) (set ? save : restore)(screen);
        if (set && switches) screen = "alt";
      }
      return false;
    };
    input.registerEscHandler({ final: "7" }, () => save(active()));
    input.registerCsiHandler({ final: "s" }, () => save(active()));
    input.registerEscHandler({ final: "8" }, () => restore(active()));
    input.registerCsiHandler({ final: "u" }, () => restore(active()));
    input.registerCsiHandler({ prefix: "?", final: "h" }, (p) => modes(p, true));
    input.registerCsiHandler({ prefix: "?", final: "l" }, (p) => modes(p, false));
    input.registerCsiHandler({ intermediates: "!", final: "p" }, () => {
      Object.assign(this.get(active()), { row: 0, ext: 0 });
      return false;
    });
  }

  get #buffers() {
    return this.emulator._bufferService.buffers;
  }

  get(screen: "normal" | "alt"): Saved {
    return screen === "normal" ? this.#normal : this.#alt;
  }

  /** Writes both rows where xterm.js looks for them. */
  apply(): void {
    const { normal, alt } = this.#buffers;
    normal.savedY = normal.ybase + this.#normal.row;
    alt.savedY = this.#alt.row;
  }

  /** Forgets them, as a reset does. */
  reset(): void {
    this.#normal = { row: 0, ext: 0 };
    this.#alt = { row: 0, ext: 0 };
  }
}
