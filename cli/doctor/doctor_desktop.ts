/** What of `beach host --desktop` works here, and what is missing. */
import { findPack } from "../desktop/pack/packs_folder.ts";
import { openDisplay } from "../desktop/x11/display.ts";
import type { Environment } from "../desktop/x11/types.ts";
import { WINDOW_MANAGERS } from "../desktop/x11/virtual_display.ts";
import { Failure } from "../process/failure.ts";
import { findCommand } from "../pty/find_command.ts";
import type { Finding } from "./doctor_findings.ts";

/** How long a display may take to answer, ms. */
const ANSWERS = 5000;

/** One finding each for this display, a virtual one, sound, and the pack. Rejects with the reason of `stop`. */
export async function checkDesktop(environment: Environment, stop: AbortSignal): Promise<Finding[]> {
  return [
    await display(environment, stop),
    programs(
      "virtual",
      [["Xvfb"], WINDOW_MANAGERS],
      "--desktop virtual",
      "xvfb openbox",
      environment,
    ),
    programs("sound", [["parec"]], "--desktop-audio", "pulseaudio-utils", environment),
    pack(environment),
  ];
}

async function display(environment: Environment, stop: AbortSignal): Promise<Finding> {
  const target = environment.DISPLAY ?? "";
  try {
    using shown = await openDisplay(
      undefined,
      environment,
      AbortSignal.any([stop, AbortSignal.timeout(ANSWERS)]),
    );
    const { width, height } = shown.layout;
    return finding(target, "works", `${width}x${height} pixels can be shared (--desktop)`);
  } catch (error) {
    stop.throwIfAborted();
    return finding(target, "none", (error as Error).message);
  }
}

function programs(
  what: string,
  needed: readonly (readonly string[])[],
  flag: string,
  install: string,
  { PATH }: Environment,
): Finding {
  const missing = needed.filter((names) => !names.some((name) => isThere(name, PATH)));
  if (missing.length === 0) return finding(what, "works", `the programs for ${flag} are here`);
  return finding(
    what,
    "none",
    `${missing.map(([first]) => first).join(" and ")} not found: install ${install}`,
  );
}

function isThere(name: string, path: string | undefined): boolean {
  try {
    findCommand(name, { path, cwd: "/" });
    return true;
  } catch {
    return false;
  }
}

function pack(environment: Environment): Finding {
  const missing = "not installed: beach desktop install (or beach host --desktop, which asks)";
  try {
    const path = findPack(environment);
    return finding("pack", path ? "works" : "none", path ?? missing);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return finding("pack", "none", error.message);
  }
}

function finding(target: string, result: Finding["result"], detail: string): Finding {
  return { check: "desktop", target, result, detail };
}
