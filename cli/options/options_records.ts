/** The flags of commands that read what a host kept (`beach audit`, `beach play`), and the shells of `beach completions`. */
import { Failure, USAGE } from "../process/failure.ts";
import { toggle, value } from "./flags.ts";
import { BadValue, duration } from "./values.ts";

export const AUDIT_FLAGS = {
  json: toggle("json", "tell the verdict as JSON"),
} as const;

export const PLAY_FLAGS = {
  speed: value("speed", "N", speed, "so many times as fast: 1/16 to 64, such as 2 or 0.5 (1)", 1),
  idleLimit: value("idle-limit", "DUR", duration(1), "wait no longer than DUR where nothing happened"),
} as const;

function speed(text: string): number {
  const times = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (!(times >= 1 / 16 && times <= 64)) throw new BadValue("a number from 0.0625 to 64, such as 2 or 0.5");
  return times;
}

/** The shells that `beach completions` knows. */
export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = typeof SHELLS[number];

/** The shell of that name. Throws {@link Failure}. */
export function checkShell(name: string): Shell {
  const shell = SHELLS.find((known) => known === name);
  if (shell !== undefined) return shell;
  throw new Failure({
    what: "beach completes in other shells",
    value: name,
    wanted: SHELLS.join(", "),
    hint: "Try: beach completions --help",
    code: USAGE,
  });
}
