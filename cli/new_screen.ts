/** Makes a screen on the headless emulator, the same for hosts and viewers. */

import "./buffer_pool.ts";
import { UnicodeGraphemesAddon } from "@xterm/addon-unicode-graphemes";
import xterm from "@xterm/headless";
import { PlainLines } from "../session/plain_lines.ts";
import { Screen } from "../session/screen.ts";
import { TERMINAL_OPTIONS } from "../session/terminal_like.ts";

/**
 * A blank screen. `scrollback`: rows kept above it.
 *
 * Widths follow grapheme clusters (Unicode 15), as kitty, Ghostty, WezTerm, foot, iTerm2 and Windows Terminal 1.22 have
 * them, and as mode 2027 names them: a family emoji is one character, two columns wide. By code point (unicode11) it
 * would take six to eight columns, and the emulator's cursor would stand elsewhere than those terminals show it.
 */
export function newScreen(cols: number, rows: number, scrollback: number): Screen {
  const terminal = new xterm.Terminal({ cols, rows, scrollback, ...TERMINAL_OPTIONS });
  terminal.loadAddon(new UnicodeGraphemesAddon());
  terminal.unicode.activeVersion = "15-graphemes";
  return new Screen(terminal, (emulator) => new PlainLines(emulator));
}
