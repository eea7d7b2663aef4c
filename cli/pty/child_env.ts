/** The environment of the shared command: it describes Beach's terminal, and contains no secret. Pure. */
import { sessionsInside } from "../process/nested_session.ts";

/**
 * Variables that describe the terminal around the host, not the command's: multiplexers (a nested `tmux` would refuse), window ids, sizes
 * that change, and emulators by name (the viewers' are others, so no program may rely on this one's extensions).
 */
const NOT_ITS_TERMINAL =
  /^(?:TMUX|TMUX_PANE|STY|WINDOW|WINDOWID|TERMCAP|COLUMNS|LINES|TERM_PROGRAM|TERM_PROGRAM_VERSION|TERM_SESSION_ID|VTE_VERSION|LC_TERMINAL|LC_TERMINAL_VERSION|(?:KITTY|ITERM|WEZTERM|GHOSTTY|ALACRITTY|KONSOLE|WT)_.*)$/;

/** The flags' variables: the passphrase must not reach the command, and no variable may affect a `beach` inside it. */
const OURS = /^BEACH_/;

/** What all viewers' emulators understand (they are xterm.js or compatible). */
const TERM = "xterm-256color";

/** Converts our own environment to the command's; `session` is its id, without any secret, followed by the ids of sessions around it. */
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

/** From our own environment to that of a program without a terminal, such as one of `--native`. */
export function programEnv(own: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept = Object.entries(own).filter(([name, text]) => text !== undefined && !OURS.test(name));
  return Object.fromEntries(kept) as Record<string, string>;
}
