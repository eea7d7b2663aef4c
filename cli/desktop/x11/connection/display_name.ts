/** `$DISPLAY`: where the X server listens, and the lines for a person who has none. Pure. */
import { Failure } from "../../../process/failure.ts";
import type { Environment } from "../types.ts";

/** Where an X server listens. `host` is undefined for this machine's socket. */
export interface DisplayName {
  readonly name: string;
  readonly host: string | undefined;
  readonly display: number;
  readonly screen: number;
}

/** TCP port of display 0; each further display has the next one. */
export const FIRST_PORT = 6000;
/** The highest display whose TCP port exists. */
const MAX_DISPLAY = 65_535 - FIRST_PORT;

/** The display to open: `name`, or where it is undefined DISPLAY of `environment`. Throws Failure. */
export function displayName(name: string | undefined, environment: Environment): DisplayName {
  const text = name || environment.DISPLAY;
  if (text) return parseDisplayName(text);
  if (environment.WAYLAND_DISPLAY) {
    throw new Failure({
      what: "This is a Wayland session without an X display (DISPLAY is not set)",
      hint: "Share it with --desktop browser, or start a screen of its own with --desktop virtual",
    });
  }
  throw new Failure({
    what: "There is no X display: DISPLAY is not set",
    hint: "Name it (--desktop :0), or start a screen of its own with --desktop virtual",
  });
}

/** Reads `[unix][/][HOST]:DISPLAY[.SCREEN]`. Throws Failure. */
export function parseDisplayName(text: string): DisplayName {
  const match = /^(?:(?:unix|tcp)?\/)?([^:]*|\[[0-9a-fA-F:]+\]):(\d{1,5})(?:\.(\d{1,3}))?$/.exec(text);
  const [, host = "", display = "", screen = "0"] = match ?? [];
  if (match === null || Number(display) > MAX_DISPLAY) {
    throw new Failure({ what: "No name of an X display", value: text, wanted: ":0 or HOST:0" });
  }
  return {
    name: text,
    host: host === "" || host === "unix" ? undefined : host.replace(/^\[|\]$/g, ""),
    display: Number(display),
    screen: Number(screen),
  };
}
