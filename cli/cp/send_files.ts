/** Files and folders of this machine, sent to a host. */
import { basename } from "node:path";
import type { FileClient } from "../../session/services/file_client.ts";
import { ServiceError, serviceError } from "../../session/streams/service_error.ts";
import { sourceOf } from "./disk_file.ts";
import { Failure } from "../process/failure.ts";
import { filesAtOnce, FOLDERS_AT_ONCE, levels } from "./at_once.ts";
import { partId } from "./part_id.ts";
import { pooled } from "./pool.ts";
import type { Progress } from "./progress.ts";

export interface CopyOptions {
  /** Folders with what is in them (`-r`). */
  readonly deep: boolean;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** A file or a folder here, and its path at the other end. */
interface Item {
  readonly from: string;
  readonly to: string;
  readonly info: Deno.FileInfo;
}

/**
 * Sends `sources` to `target` at the host: into it if it is a folder, else as it.
 * @returns how many could not be copied; each is said in `progress`
 * @throws {Failure} for what lets nothing be copied
 */
export async function sendFiles(
  client: FileClient,
  sources: readonly string[],
  target: string,
  { deep, signal, progress }: CopyOptions,
): Promise<number> {
  const infos = await lookAt(sources, deep);
  const into = await isFolder(client, target, signal);
  if (!into && sources.length > 1) {
    throw new Failure({
      what: "Several files need a folder to go into",
      value: target,
      wanted: "a folder at the host",
    });
  }
  let faults = 0;
  const fault = (path: string, error: unknown) => {
    faults++;
    progress.say(`beach: ${path}: ${serviceError(error).message}`);
  };
  const items: Item[] = [];
  for (const [i, source] of sources.entries()) {
    const name = basename(await Deno.realPath(source).catch(() => source));
    const to = into ? [target, name].filter((part) => part !== "").join("/") : target;
    const info = infos[i]!;
    if (info.isFile) items.push({ from: source, to, info });
    else for await (const item of below({ from: source, to, info }, fault)) items.push(item);
  }
  for (const { info } of items) if (info.isFile) progress.expect(info.size);
  const folders = levels(items.filter(({ info }) => info.isDirectory), ({ to }) => to);
  const lost = await makeFolders(client, folders, signal, fault);
  const files = items.filter((item) => item.info.isFile && !isIn(lost, item));
  await pooled(files, filesAtOnce(({ info }) => info.size), async (item) => {
    try {
      await sendOne(client, item, signal, progress);
    } catch (error) {
      if (isOver(error)) throw error;
      fault(item.from, error);
    }
  });
  // Each file that came changed its folder's time. The deepest are first: a mode may forbid what is below.
  for (const level of folders.reverse()) {
    await pooled(
      level.filter((folder) => !isIn(lost, folder)),
      FOLDERS_AT_ONCE,
      async ({ to, from, info }) => {
        await client.folder(to, { ...modeOf(info), time: timeOf(info) }, signal).catch((error) =>
          fault(from, error)
        );
      },
    );
  }
  return faults;
}

/** Makes each folder before what is in it. Returns the paths of those that could not be made; of what is in them nothing is said. */
async function makeFolders(
  client: FileClient,
  folders: readonly (readonly Item[])[],
  signal: AbortSignal,
  fault: (path: string, error: unknown) => void,
): Promise<ReadonlySet<string>> {
  const lost = new Set<string>();
  for (const level of folders) {
    await pooled(level, FOLDERS_AT_ONCE, async (folder) => {
      try {
        if (isIn(lost, folder)) lost.add(folder.to);
        else await client.folder(folder.to, {}, signal);
      } catch (error) {
        if (isOver(error)) throw error;
        fault(folder.from, error);
        lost.add(folder.to);
      }
    });
  }
  return lost;
}

/** Whether `item` is one of `folders`, or in one. */
function isIn(folders: ReadonlySet<string>, { to }: Item): boolean {
  return folders.has(to) || folders.has(to.slice(0, Math.max(0, to.lastIndexOf("/"))));
}

/** What ends the whole copy: the session is over, its person says no, a disk is full. */
const OVER: ReadonlySet<string> = new Set(["gone", "denied", "no-room"]);

/** Whether nothing more can be copied. */
export function isOver(error: unknown): boolean {
  return !(error instanceof ServiceError) || OVER.has(error.code);
}

async function isFolder(client: FileClient, path: string, signal: AbortSignal): Promise<boolean> {
  if (path === "") return true;
  try {
    // An entry with the path itself is no folder.
    for await (const entry of client.list(path, false, signal)) return entry.path !== path;
    return true;
  } catch (error) {
    if (error instanceof ServiceError && error.code === "missing") return false;
    throw error;
  }
}

/**
 * What is at each of `sources`. A session need not be joined to know that something can't be sent.
 * @throws {Failure} if one is not there, or is a folder and `deep` is not wanted
 */
export async function lookAt(sources: readonly string[], deep: boolean): Promise<Deno.FileInfo[]> {
  return await Promise.all(sources.map(async (source) => {
    // What was named may be a link; links further down are left out, as they may lead anywhere.
    const info = await Deno.stat(source).catch((cause) => {
      throw new Failure({ what: "There is no such file", value: source, cause });
    });
    if (info.isDirectory && !deep) {
      throw new Failure({
        what: "This is a folder",
        value: source,
        hint: "Add -r to copy it with what is in it",
      });
    }
    if (!info.isFile && !info.isDirectory) {
      throw new Failure({ what: "This is neither a file nor a folder", value: source });
    }
    return info;
  }));
}

async function* below(folder: Item, fault: (path: string, error: unknown) => void): AsyncGenerator<Item> {
  yield folder;
  for await (const { name } of Deno.readDir(folder.from)) {
    const from = `${folder.from}/${name}`;
    const to = folder.to === "" ? name : `${folder.to}/${name}`;
    const info = await Deno.lstat(from).catch(() => undefined);
    if (info?.isFile) yield { from, to, info };
    else if (info?.isDirectory) yield* below({ from, to, info }, fault);
    else if (info?.isSymlink) fault(from, new Error("a symbolic link is left out"));
    else if (info) fault(from, new Error("neither a file nor a folder"));
    else fault(from, new Error("a name that is not UTF-8, or that went away"));
  }
}

async function sendOne(
  client: FileClient,
  { from, to, info }: Item,
  signal: AbortSignal,
  progress: Progress,
): Promise<void> {
  using file = await openHere(from);
  const { size } = await file.stat();
  const about = {
    path: to,
    ...modeOf(info),
    time: timeOf(info),
    id: partId(await Deno.realPath(from), size, timeOf(info), to),
  };
  let there = -1;
  await client.put({ mode: 0o644, ...about }, sourceOf(file, size), (bytes) => {
    // What the host had before did not go over the link.
    progress.advance(bytes - Math.max(0, there), there < 0 ? 0 : bytes - there);
    there = bytes;
  }, signal);
  progress.fileDone();
}

/** Opens a file to be sent; that one can't be read does not end the others. */
async function openHere(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path);
  } catch (error) {
    const words = error instanceof Deno.errors.PermissionDenied
      ? "no permission to read it"
      : "it can't be read";
    throw new ServiceError("failed", words);
  }
}

function modeOf({ mode }: Deno.FileInfo): { mode?: number } {
  return mode === null ? {} : { mode: mode & 0o777 };
}

function timeOf({ mtime }: Deno.FileInfo): number {
  return mtime?.getTime() ?? 0;
}
