/** The pack for a command that needs it: installed already, or now, if the person wants that. */
import { sizeText } from "../../../session/services/size_text.ts";
import { ask, canAsk } from "../../terminal/ask.ts";
import { Failure } from "../../process/failure.ts";
import { ownCommand } from "../../process/own_command.ts";
import { Progress } from "../../cp/progress.ts";
import { installPack } from "./install.ts";
import { findPack, packsFolder, thisPack } from "./packs_folder.ts";
import type { Environment } from "./registry.ts";

/** What it is, how large, and under which licence: for the question, and before an installation. */
export function packText(environment: Environment): string {
  return `Sharing a desktop needs an encoder: FFmpeg with x264, of the licence GPL-3.0, which is not part of Beach. ` +
    `${sizeText(packBytes())} from npm, ${sizeText(thisPack().unpacked)} in ${packsFolder(environment)}.`;
}

/** npm's settings as they reach us: where npm starts Beach they are of npm's making, and no part of the person's environment. */
function npmSettings(): Environment {
  const all = Object.entries(Deno.env.toObject());
  return Object.fromEntries(all.filter(([name]) => /^npm_config_/i.test(name)));
}

/** What is downloaded. */
function packBytes(): number {
  return thisPack().packages.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Installs the pack; on a terminal a line shows how far it is. Returns its folder. Throws {@link Failure}. */
export async function installWithProgress(environment: Environment, stop: AbortSignal): Promise<string> {
  const progress = new Progress({ now: () => performance.now(), columns, write });
  progress.expect(packBytes());
  const timer = setInterval(() => progress.tick(), 1000);
  try {
    const to = { signal: stop, advance: (bytes: number) => progress.advance(bytes, bytes) };
    const path = await installPack({ ...environment, ...npmSettings() }, to);
    progress.fileDone();
    progress.finish();
    return path;
  } catch (error) {
    // What went wrong is said in a line of its own.
    if (columns() !== undefined) write("\r\x1b[K");
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/**
 * The folder of the pack. Where it is not installed, a person at the terminal is asked, and it is. Throws {@link Failure}: nobody is there
 * to ask (one line that says what to run), they said no, or it could not be installed.
 */
export async function askForPack(environment: Environment, stop: AbortSignal): Promise<string> {
  const found = findPack(environment);
  if (found !== undefined) return found;
  const beach = ownCommand(environment, Deno.build.standalone, Deno.version.deno);
  const missing = { what: "The desktop pack is not installed", hint: `Run: ${beach} desktop install` };
  if (!canAsk()) throw new Failure(missing);
  const answer = await ask(`${packText(environment)}\nInstall it? [y/N]`, { hidden: false, stop });
  if (!/^\s*y(?:es)?\s*$/i.test(answer)) throw new Failure(missing);
  return await installWithProgress(environment, stop);
}

function columns(): number | undefined {
  return Deno.stderr.isTerminal() ? Deno.consoleSize().columns : undefined;
}

/** Progress is for a person, and standard output for what is printed. */
function write(text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) at += Deno.stderr.writeSync(bytes.subarray(at));
}
