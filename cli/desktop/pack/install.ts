/** Installs and removes the pack: it is there whole, or not at all. */
import { dirname, join } from "node:path";
import { Failure } from "../../process/failure.ts";
import { writeAll } from "../../services/write_all.ts";
import { allPacks, packsFolder, thisPack } from "./packs_folder.ts";
import type { PinnedPack, PinnedPackage } from "./pins.ts";
import { type Download, download, type Environment, findRegistry } from "./registry.ts";
import { readTar, TarError } from "./tar.ts";

/** Folders that are made while a pack is installed or removed: they begin so, and are of no use to others. */
const UNFINISHED = ".unfinished-";
/** One that is older was left by a process that was killed, ms. An installation takes a minute. */
const LEFT = 60 * 60 * 1000;
/** In an npm package everything is in this folder. */
const TOP = "package/";

/**
 * Downloads, compares and unpacks `pack` (that of this machine) into this person's packs; returns its folder. Whatever goes wrong, nothing
 * is left. Throws {@link Failure}, one line; rejects with the reason of the signal.
 */
export async function installPack(
  environment: Environment,
  to: Download,
  pack: PinnedPack = thisPack(),
): Promise<string> {
  const registry = await findRegistry(environment);
  const folder = packsFolder(environment);
  const target = join(folder, pack.name);
  try {
    await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
    await removeLeft(folder);
    const unfinished = await Deno.makeTempDir({ dir: folder, prefix: UNFINISHED });
    try {
      for (const pinned of pack.packages) {
        const file = join(unfinished, "download.tgz");
        await download(registry, pinned, file, to);
        await unpack(file, pinned, join(unfinished, "node_modules"), pack.unpacked);
        await Deno.remove(file);
        to.signal.throwIfAborted();
      }
      await putInPlace(unfinished, target);
    } finally {
      await Deno.remove(unfinished, { recursive: true }).catch(() => {});
    }
  } catch (cause) {
    to.signal.throwIfAborted();
    if (cause instanceof Failure) throw cause;
    throw new Failure({
      what: "The desktop pack can't be installed",
      value: folder,
      hint: cause instanceof Error ? cause.message.split("\n")[0]! : undefined,
      cause,
    });
  }
  return target;
}

async function putInPlace(unfinished: string, target: string): Promise<void> {
  try {
    await Deno.rename(unfinished, target);
  } catch (error) {
    // Another Beach may have installed the same pack meanwhile.
    const there = await Deno.lstat(target).catch(() => undefined);
    if (!there?.isDirectory) throw error;
  }
}

/** Removes this person's packs, of all versions; returns their folders. */
export async function removePacks(environment: Environment): Promise<string[]> {
  const packs = allPacks(environment);
  for (const path of packs) {
    // Half of a pack must not be taken for one.
    const unfinished = join(dirname(path), `${UNFINISHED}${crypto.randomUUID()}`);
    await Deno.rename(path, unfinished);
    await Deno.remove(unfinished, { recursive: true });
  }
  return packs;
}

/** Puts the files of an npm package where npm puts them. */
async function unpack(
  file: string,
  pinned: PinnedPackage,
  modules: string,
  mostBytes: number,
): Promise<void> {
  const archive = (await Deno.open(file)).readable.pipeThrough(new DecompressionStream("gzip"));
  try {
    for await (const { path, bytes } of readTar(archive, mostBytes)) {
      if (!path.startsWith(TOP)) throw new TarError(`${path} is not in ${TOP}`);
      const elsewhere = path.endsWith(".node") ? pinned.nativeTo : undefined;
      const to = join(modules, elsewhere ?? pinned.name, ...path.slice(TOP.length).split("/"));
      await Deno.mkdir(dirname(to), { recursive: true, mode: 0o700 });
      using out = await Deno.open(to, { write: true, createNew: true, mode: 0o600 });
      for await (const part of bytes) await writeAll(out, part);
    }
  } catch (cause) {
    if (!(cause instanceof TarError || cause instanceof TypeError)) throw cause;
    throw new Failure({
      what: "A package can't be unpacked",
      value: `${pinned.name}@${pinned.version}`,
      hint: `${cause.message.split("\n")[0]}. Nothing was installed`,
      cause,
    });
  }
}

async function removeLeft(folder: string): Promise<void> {
  for await (const { name } of Deno.readDir(folder)) {
    if (!name.startsWith(UNFINISHED)) continue;
    const path = join(folder, name);
    const { mtime } = await Deno.lstat(path);
    // deno-lint-ignore beach/steady-clock -- a file's time is that of the wall
    if (mtime === null || Date.now() - mtime.getTime() > LEFT) await Deno.remove(path, { recursive: true });
  }
}
