/** Sets a real terminal's modes as the program on a screen set them, and resets them. */

import type { Screen } from "../screen/screen.ts";

/** A mode by name, with the sequence that sets its present value and the one that resets it. */
interface Setting {
  readonly set: string;
  readonly unset: string;
}

const WHEEL: Setting = { set: "\x1b[?1000h\x1b[?1006h", unset: "\x1b[?1006l\x1b[?1000l" };
const CURSOR_STYLE = { block: 2, underline: 4, bar: 6 } as const;
/** Private modes that xterm.js does not know but a real terminal may: reverse video, wheel as arrows on the alternate screen. */
const EXTRA_MODES = [5, 1007];
/** Resets what {@link ExtraModes.colours} sets: palette, foreground to cursor, highlight. */
export const RESET_COLOURS = "\x1b]104\x1b\\" +
  [110, 111, 112, 113, 114, 115, 116, 117, 118, 119].map((code) => `\x1b]${code}\x1b\\`).join("");

/**
 * Keeps a real terminal's input and cursor modes equal to a screen's. Mouse reports are always requested in SGR form; `mouse_reports.ts`
 * converts them to what the program requested.
 */
export class TerminalModes {
  #last = new Map<string, Setting>();
  #title = "";

  /**
   * Bytes that change the terminal from the last modes to those of `screen`, and request the wheel while history is shown. The title is
   * saved before the first.
   */
  update(screen: Screen, lookingBack = false): string {
    const next = settings(screen);
    // The wheel scrolls the history, even if no program requested it.
    if (lookingBack && !next.has("mouse")) next.set("mouse", WHEEL);
    let out = "";
    for (const [name, setting] of this.#last) {
      if (next.get(name)?.set !== setting.set) out += setting.unset;
    }
    for (const [name, setting] of next) {
      if (this.#last.get(name)?.set !== setting.set) out += setting.set;
    }
    this.#last = next;
    const title = screen.emulator._inputHandler._windowTitle;
    if (title !== this.#title) out += `\x1b]2;${title}\x1b\\`;
    this.#title = title;
    return out;
  }

  /** Bytes that reset the modes of the screen that is shown, before the other one is shown: keyboard flags. */
  leaveScreen(): string {
    const keys = this.#last.get("kitty");
    this.#last.delete("kitty");
    return keys?.unset ?? "";
  }

  /** Bytes that reset all modes. */
  reset(): string {
    let out = "";
    for (const { unset } of this.#last.values()) out += unset;
    this.#last.clear();
    this.#title = "";
    return out;
  }

  /** Forgets the modes: the terminal lost them. */
  forget(): void {
    this.#last.clear();
    this.#title = "";
  }
}

function settings(screen: Screen): Map<string, Setting> {
  const { emulator, shadow } = screen;
  const { decPrivateModes: dec } = emulator.coreService;
  const all = new Map<string, Setting>();
  const mode = (number: number, on: boolean | undefined) => {
    if (on) all.set(`?${number}`, { set: `\x1b[?${number}h`, unset: `\x1b[?${number}l` });
  };
  mode(1, dec.applicationCursorKeys);
  mode(1004, dec.sendFocus);
  mode(2004, dec.bracketedPasteMode);
  for (const extra of EXTRA_MODES) mode(extra, shadow.mode(extra));
  if (dec.applicationKeypad) all.set("keypad", { set: "\x1b=", unset: "\x1b>" });
  if (shadow.mouse.length > 0) {
    const each = (final: string) => shadow.mouse.map((mode) => `\x1b[?${mode}${final}`).join("");
    all.set("mouse", { set: `${each("h")}\x1b[?1006h`, unset: `\x1b[?1006l${each("l")}` });
  }
  if (dec.cursorStyle) {
    const style = CURSOR_STYLE[dec.cursorStyle] - (dec.cursorBlink ? 1 : 0);
    all.set("cursor", { set: `\x1b[${style} q`, unset: "\x1b[0 q" });
  }
  const isAlt = emulator._bufferService.buffers.active === emulator._bufferService.buffers.alt;
  const kitty = shadow.kitty(isAlt ? "alt" : "normal").at(-1) ?? 0;
  if (kitty > 0) all.set("kitty", { set: `\x1b[>${kitty}u`, unset: "\x1b[<u" });
  const keys = shadow.modifyKeys();
  if (keys !== "") all.set("keys", { set: keys, unset: "\x1b[>4m" });
  const colours = shadow.colours();
  if (colours !== "") all.set("colours", { set: colours, unset: RESET_COLOURS });
  return all;
}
