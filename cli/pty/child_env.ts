/** The environment of the shared command: what it runs in is Beach's terminal, and no secret of ours. Pure. */
import { sessionsInside } from "../process/inside.ts";

/**
 * What describes the terminal around the host, which is not the command's: multiplexers (a nested `tmux` would refuse), window
 * ids, sizes that go stale, and emulators by name (the viewers' are others, so no program may build on this one's extras).
 */
const NOT_ITS_TERMINAL =
  /^(?:TMUX|TMUX_PANE|STY|WINDOW|WINDOWID|TERMCAP|COLUMNS|LINES|TERM_PROGRAM|TERM_PROGRAM_VERSION|TERM_SESSION_ID|VTE_VERSION|LC_TERMINAL|LC_TERMINAL_VERSION|(?:KITTY|ITERM|WEZTERM|GHOSTTY|ALACRITTY|KONSOLE|WT)_.*)$/;

/** The flags' variables: the passphrase must not reach the command, and no other should steer a `beach` inside it. */
const OURS = /^BEACH_/;

/** What all viewers' emulators understand (they are xterm.js or a terminal like it). */
const TERM = "xterm-256color";

/** From our own environment to the command's; `session` is its id, without any secret; ids of sessions around it follow. */
export function childEnv(
  own: Readonly<Record<string, string | undefined>>,
  session: string,
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, text] of Object.entries(own)) {
    if (text !== undefined && !OURS.test(name) && !NOT_ITS_TERMINAL.test(name)) env[name] = text;
  }
  return { ...env, TERM, COLORTERM: "truecolor", BEACH_SESSION: sessionsInside(session, own.BEACH_SESSION) };
}
