/** `beach desktop`: the encoder's pack, and which encoders work here. */
import { sizeText } from "../../../session/services/size_text.ts";
import { tryEncoder } from "../codec/encoder_trial.ts";
import { findEncoders } from "../codec/find_encoders.ts";
import { loadFfmpeg } from "../codec/node_av.ts";
import type { DesktopOptions } from "../../options/invocation.ts";
import { FAILED, Failure } from "../../process/failure.ts";
import type { Io } from "../../process/io.ts";
import { ownCommand } from "../../process/own_command.ts";
import { print } from "../../terminal/print.ts";
import { installWithProgress, packText } from "./ask_pack.ts";
import { removePacks } from "./install.ts";
import { licenceText } from "./licence.ts";
import { allPacks, findPack, thisPack } from "./packs_folder.ts";
import type { Environment } from "./registry.ts";
import { trialCommand } from "./trial_command.ts";

/** Returns the exit code: 1 where the pack, or the encoder that was named, is not there. */
export async function runDesktop({ verb, encoder, warning }: DesktopOptions, io: Io): Promise<number> {
  const { environment, stop } = io;
  if (warning !== undefined) await print(`beach: ${warning}\n`, Deno.stderr);
  switch (verb) {
    case "install":
      return await install(environment, stop);
    case "remove":
      return await remove(environment);
    case "status":
      return await status(environment);
    case "licence":
      return await say(licenceText(thisPack()));
    case "encoders":
      return encoder === undefined
        ? await encoders(environment, stop)
        : await oneEncoder(environment, encoder);
  }
}

async function install(environment: Environment, stop: AbortSignal): Promise<number> {
  const found = findPack(environment);
  if (found !== undefined) return await say(`The desktop pack is installed: ${found}`);
  await print(`${packText(environment)}\n`, Deno.stderr);
  return await say(`Installed: ${await installWithProgress(environment, stop)}`);
}

async function remove(environment: Environment): Promise<number> {
  const removed = await removePacks(environment);
  return await say(removed.length === 0 ? "No desktop pack is installed" : `Removed: ${removed.join(", ")}`);
}

async function status(environment: Environment): Promise<number> {
  const found = findPack(environment);
  const others = allPacks(environment).filter((path) => path !== found);
  for (const path of others) await say(`Of another version or machine: ${path}`);
  if (found === undefined) {
    await say(`Not installed. Run: ${beach(environment)} desktop install`);
    return FAILED;
  }
  return await say(`Installed: ${found} (${sizeText(await sizeOf(found))})`);
}

async function sizeOf(folder: string): Promise<number> {
  let bytes = 0;
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    bytes += isDirectory ? await sizeOf(path) : (await Deno.lstat(path)).size;
  }
  return bytes;
}

async function encoders(environment: Environment, stop: AbortSignal): Promise<number> {
  installed(environment);
  for (const { name, works, why, ms } of await findEncoders(trialCommand, stop)) {
    const time = ms === undefined ? "" : ` (${ms.toFixed(1)} ms for 1280x720)`;
    await say(works ? `ok    ${name}${time}` : `-     ${name}: ${why}`);
  }
  return 0;
}

/** What the trial in a process of its own prints: `findEncoders` reads it. */
async function oneEncoder(environment: Environment, name: string): Promise<number> {
  const trial = await tryEncoder(await loadFfmpeg(installed(environment)), name);
  await say(JSON.stringify(trial));
  return 0;
}

function installed(environment: Environment): string {
  const found = findPack(environment);
  if (found !== undefined) return found;
  throw new Failure({
    what: "The desktop pack is not installed",
    hint: `Run: ${beach(environment)} desktop install`,
  });
}

function beach(environment: Environment): string {
  return ownCommand(environment, Deno.build.standalone, Deno.version.deno);
}

async function say(line: string): Promise<number> {
  await print(`${line}\n`);
  return 0;
}
