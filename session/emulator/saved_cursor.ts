/** The saved cursor (DECSC, DECRC, mode 1049) as terminals define it, where xterm.js 6.0.0 differs. */

import { HAS_EXTENDED } from "./attributes.ts";
import { ASCII, type Charsets, charsetsOf } from "./charsets.ts";
import type { Emulator } from "./xterm_internals.ts";

/** `_ext` in `extended`: the style of the underline, three bits from here up. */
const UNDERLINE_STYLE_MASK = 0x1c000000;

interface Saved {
  /** Relative to the top of the screen. */
  row: number;
  /** Underline style and colour, packed. */
  ext: number;
  charsets: Charsets;
  /** Whether origin mode (DECOM) was set. */
  origin: boolean;
}

const NOTHING: Readonly<Saved> = { row: 0, ext: 0, charsets: ASCII, origin: false };

/**
 * Corrects the saved cursor. xterm.js saves the row relative to the scrollback, so after scrolling DECRC would return to one row while the
 * scrollback grows and to another once it is full; host and viewer would differ. It also forgets the underline's style and colour, drops an
 * open hyperlink, saves only the charset in use (VT510: DECRC restores G0 to G3), and does not save origin mode. This class keeps all of it
 * per screen, and corrects the state before xterm.js restores it.
 */
export class SavedCursors {
  readonly #saved = { normal: { ...NOTHING }, alt: { ...NOTHING } };

  constructor(private readonly emulator: Emulator) {
    const input = emulator._inputHandler;
    const charsets = emulator._charsetService;
    const active = () => this.#buffers.active === this.#buffers.alt ? "alt" : "normal";
    const save = (screen: "normal" | "alt") => {
      const saved = this.get(screen);
      saved.row = this.#buffers.active.y;
      saved.ext = input._curAttrData.extended._ext;
      saved.charsets = charsetsOf(emulator);
      saved.origin = emulator.coreService.decPrivateModes.origin;
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
      const { charsets: { sets, level }, origin } = this.get(screen);
      emulator.coreService.decPrivateModes.origin = origin;
      charsets._charsets = [...sets];
      charsets.glevel = level;
      return false;
    };
    const modes = (p: { params: Int32Array; length: number }, set: boolean) => {
      // One sequence may switch the screen and then save or restore on it.
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
      Object.assign(this.get(active()), NOTHING);
      return false;
    });
  }

  get #buffers() {
    return this.emulator._bufferService.buffers;
  }

  /** The saved state of one screen. */
  get(screen: "normal" | "alt"): Saved {
    return this.#saved[screen];
  }

  /** Writes both rows to where xterm.js reads them. */
  apply(): void {
    const { normal, alt } = this.#buffers;
    normal.savedY = normal.ybase + this.#saved.normal.row;
    alt.savedY = this.#saved.alt.row;
  }

  /** Forgets both, as a reset does. */
  reset(): void {
    Object.assign(this.#saved.normal, NOTHING);
    Object.assign(this.#saved.alt, NOTHING);
  }
}
