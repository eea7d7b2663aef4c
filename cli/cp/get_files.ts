/** Files and folders of a host, got to this machine. */
import { dirname } from "node:path";
import type { FileClient } from "../../session/services/file_client.ts";
import type { FileEntry } from "../../session/services/file_heads.ts";
import { ServiceError, serviceError } from "../../session/streams/service_error.ts";
import { Part } from "./disk_file.ts";
import { isBadName } from "../services/file_names.ts";
import { partName, removeStaleParts } from "../services/file_put.ts";
import { Failure } from "../process/failure.ts";
import { filesAtOnce } from "./at_once.ts";
import { partId } from "./part_id.ts";
import { pooled } from "./pool.ts";
import { type CopyOptions, isOver } from "./send_files.ts";

/** What a host may list: so many files and folders, and less of those with long paths (characters that count as another). 150 MB here. */
const MAX_LISTED = 500_000;
const LISTED_PATH = 100;

/**
 * Gets `paths` of the host to `target` here: into it if it is a folder, else as it.
 * @returns how many could not be copied; each is said in `progress`
 * @throws {Failure} for what lets nothing be copied
 */
export async function getFiles(
  client: FileClient,
  paths: readonly string[],
  target: string,
  { deep, signal, progress }: CopyOptions,
): Promise<number> {
  const into = await isFolder(target);
  const folder = into || paths.length > 1 || target.endsWith("/") ? target : dirname(target);
  if (!await isFolder(folder)) {
    throw new Failure({ what: "There is no such folder to copy into", value: folder, hint: "Make it first" });
  }
  let faults = 0;
  const fault = (path: string, error: unknown) => {
    faults++;
    progress.say(`beach: ${path}: ${serviceError(error).message}`);
  };
  for (const path of paths) {
    const name = path.split("/").at(-1)!;
    const to = into ? [target, name].filter((part) => part !== "").join("/") : target;
    await getOne(client, path, to, { deep, signal, progress }, fault);
  }
  return faults;
}

async function isFolder(path: string): Promise<boolean> {
  return (await Deno.stat(path).catch(() => undefined))?.isDirectory === true;
}

async function getOne(
  client: FileClient,
  path: string,
  to: string,
  { deep, signal, progress }: CopyOptions,
  fault: (path: string, error: unknown) => void,
): Promise<void> {
  const { single, folders, files } = await listed(client, path, to, { deep, signal, progress }, fault);
  if (!single) await makeFolder(to);
  for (const folder of folders) await makeFolder(folder.to);
  const none = new Set<string>();
  for (const folder of new Set(files.map(({ to }) => folderOf(to)))) await removeStaleParts(folder, none);
  await pooled(files, filesAtOnce(({ entry }) => entry.size), async ({ to, entry }) => {
    try {
      const id = partId(entry.path, entry.size, entry.time, to);
      using part = await Part.open(`${folderOf(to)}/${partName(id)}`);
      let here = -1;
      await client.get(entry.path, part.have, (got) =>
        part.keep(got, to, (bytes) => {
          progress.advance(bytes - Math.max(0, here), here < 0 ? 0 : bytes - here);
          here = bytes;
        }), signal);
      progress.fileDone();
    } catch (error) {
      if (isOver(error) && error instanceof ServiceError) throw error;
      fault(entry.path, faultHere(error));
    }
  });
  for (const { to, entry } of folders.toReversed()) {
    if (Deno.build.os !== "windows") await Deno.chmod(to, entry.mode | 0o700);
    await Deno.utime(to, entry.time / 1000, entry.time / 1000);
  }
}

function folderOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.lastIndexOf("/")) || "/" : ".";
}

/** What this machine's system says, without the name of a part. */
function faultHere(error: unknown): unknown {
  return error instanceof Deno.errors.PermissionDenied ? new Error("no permission to write it here") : error;
}

/** What is to be copied where. */
interface Listed {
  /** `path` is a file. */
  readonly single: boolean;
  readonly folders: readonly { readonly to: string; readonly entry: FileEntry }[];
  readonly files: readonly { readonly to: string; readonly entry: FileEntry }[];
}

async function listed(
  client: FileClient,
  path: string,
  to: string,
  { deep, signal, progress }: CopyOptions,
  fault: (path: string, error: unknown) => void,
): Promise<Listed> {
  const folders: { readonly to: string; readonly entry: FileEntry }[] = [];
  const files: { readonly to: string; readonly entry: FileEntry }[] = [];
  let single = false;
  let count = 0;
  for await (const entry of client.list(path, deep, signal)) {
    count += 1 + entry.path.length / LISTED_PATH;
    if (count > MAX_LISTED) {
      throw new Failure({
        what: "The host lists too much to be copied at once",
        value: path,
        hint: "Copy its folders one by one",
      });
    }
    single = entry.path === path;
    if (!single && !deep) {
      throw new Failure({
        what: "This is a folder",
        value: path === "" ? "." : path,
        hint: "Add -r to copy it with what is in it",
      });
    }
    const inside = single ? "" : insideOf(entry.path, path);
    if (inside === undefined) fault(entry.path, new Error("a name that can't be used here"));
    else if (entry.kind === "folder") folders.push({ to: `${to}/${inside}`, entry });
    else if (entry.kind === "file") {
      files.push({ to: single ? to : `${to}/${inside}`, entry });
      progress.expect(entry.size);
    } else {fault(
        entry.path,
        new Error(
          entry.kind === "link" ? "a symbolic link is left out" : "no file, or a name that is not UTF-8",
        ),
      );}
  }
  return { single, folders, files };
}

/** `path` below `folder`; undefined if it is not there, or holds what must not be a name here. A host may say anything. */
function insideOf(path: string, folder: string): string | undefined {
  if (folder !== "" && !path.startsWith(`${folder}/`)) return undefined;
  const inside = folder === "" ? path : path.slice(folder.length + 1);
  return inside.split("/").some(isBadName) ? undefined : inside;
}

async function makeFolder(path: string): Promise<void> {
  try {
    await Deno.mkdir(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists) || !(await Deno.stat(path)).isDirectory) throw error;
  }
}
