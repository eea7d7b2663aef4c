/** The encoder's pack for tests: in a cache folder of this machine, shared by all of them. `.ci/run` installs it. */
import { findPack } from "../../cli/desktop/pack/packs_folder.ts";
import type { Need } from "./needs.ts";

/** An environment in which the pack is found. */
export function packEnvironment(): Readonly<Record<string, string>> {
  const cache = Deno.env.get("XDG_CACHE_HOME") || `${Deno.env.get("HOME")}/.cache`;
  return { XDG_DATA_HOME: `${cache}/beach-tests` };
}

/** The pack. A test does not download it: 60 MB. */
export const desktopPack: Need = () => {
  if (findPack(packEnvironment()) !== undefined) return undefined;
  const folder = packEnvironment().XDG_DATA_HOME;
  return `needs the desktop pack: XDG_DATA_HOME=${folder} deno task beach desktop install`;
};

/** The pack's folder, for `loadFfmpeg`, where {@link desktopPack} holds. */
export function packFolder(): string {
  return findPack(packEnvironment())!;
}
