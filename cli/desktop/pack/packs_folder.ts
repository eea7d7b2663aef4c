/** Where packs are, and the one that is installed. */
import { join } from "node:path";
import { Failure } from "../../process/failure.ts";
import { desktopPack, PACK_NAME, type PinnedPack } from "./pins.ts";
import type { Environment } from "./registry.ts";

/** Write permission of the group and of all others. */
const OTHERS_WRITE = 0o022;

/** The folder of this person's packs; it need not be there. Throws {@link Failure} where no folder is theirs. */
export function packsFolder(environment: Environment, os: typeof Deno.build.os = Deno.build.os): string {
  const { XDG_DATA_HOME, HOME, LOCALAPPDATA } = environment;
  const data = os === "windows"
    ? LOCALAPPDATA
    // A relative one is to be ignored, says the specification of XDG.
    : XDG_DATA_HOME?.startsWith("/")
    ? XDG_DATA_HOME
    : HOME && join(HOME, ...(os === "darwin" ? ["Library", "Application Support"] : [".local", "share"]));
  if (!data) {
    const variable = os === "windows" ? "LOCALAPPDATA" : "HOME";
    throw new Failure({ what: `There is no folder for the desktop pack: ${variable} is not set` });
  }
  return join(data, "beach", "packs");
}

/** The pack for this machine. Throws {@link Failure} if there is none. */
export function thisPack(): PinnedPack {
  const pack = desktopPack(Deno.build);
  if (pack !== undefined) return pack;
  throw new Failure({
    what: "There is no desktop pack for this machine",
    value: `${Deno.build.os} ${Deno.build.arch}`,
    wanted: "Linux, macOS or Windows, x64 or arm64",
  });
}

/** The folder of the installed pack; undefined if it is not installed. Throws {@link Failure} if others could have changed it. */
export function findPack(environment: Environment): string | undefined {
  const path = join(packsFolder(environment), thisPack().name);
  let found: Deno.FileInfo;
  try {
    found = Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return undefined;
    throw error;
  }
  const ours = Deno.build.os === "windows" || [Deno.uid(), 0].includes(found.uid);
  // Its code runs in our process.
  if (found.isDirectory && ours && ((found.mode ?? 0) & OTHERS_WRITE) === 0) return path;
  throw new Failure({
    what: "The desktop pack is not a folder that only you can write to",
    value: path,
    hint: "Run: beach desktop remove, then beach desktop install",
  });
}

/** The folders of all packs, of any version and machine. */
export function allPacks(environment: Environment): string[] {
  const folder = packsFolder(environment);
  try {
    return [...Deno.readDirSync(folder)].filter(({ name }) => PACK_NAME.test(name))
      .map(({ name }) => join(folder, name)).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
