/** The one folder whose files viewers get and send: no path leads out of it. */
import { fullDisk, isFull } from "./disk_room.ts";
import { isBadName } from "./file_names.ts";
import { ServiceError } from "../../session/streams/service_error.ts";

/** The longest path; bytes. */
const MAX_PATH = 4096;

const encoder = new TextEncoder();

/** A shared folder, by its real path. */
export class FileRoot {
  private constructor(readonly path: string) {}

  /**
   * @throws {Deno.errors.NotFound} and its like, if `folder` is none that we may enter
   */
  static async open(folder: string): Promise<FileRoot> {
    const path = await Deno.realPath(folder);
    if (!(await Deno.stat(path)).isDirectory) throw new Deno.errors.NotADirectory(folder);
    return new FileRoot(path === "/" ? "" : path);
  }

  /**
   * The whole path of `path`. Its parts but the last are folders and no links; nothing is known of the last.
   * @throws {ServiceError} `path`, `missing`
   */
  async resolve(path: string): Promise<string> {
    const parts = partsOf(path);
    let whole = this.path;
    for (const [i, part] of parts.entries()) {
      whole += `/${part}`;
      if (i === parts.length - 1) break;
      const info = await kindOf(whole, parts.slice(0, i + 1).join("/"));
      if (info.isSymlink) throw new ServiceError("path", `${path} leads through a symbolic link`);
      if (!info.isDirectory) throw new ServiceError("missing", `${path} leads through what is no folder`);
    }
    return whole || "/";
  }

  /**
   * What is at `path`, a link itself and not what it leads to.
   * @throws {ServiceError} `path`, `missing`
   */
  async lstat(path: string): Promise<Deno.FileInfo> {
    return await kindOf(await this.resolve(path), path);
  }

  /**
   * Opens a file for reading, and proves that what was opened is a file in this folder: a path may change while it is walked.
   * @throws {ServiceError} `path`, `missing`, `kind`, `changed`, and as {@link faultOf}
   */
  async openFile(path: string): Promise<Deno.FsFile> {
    const whole = await this.resolve(path);
    // A pipe or a device must not even be opened: that may wait for ever, or do something.
    if (!(await kindOf(whole, path)).isFile) throw new ServiceError("kind", `${path} is no file`);
    let file: Deno.FsFile;
    try {
      file = await Deno.open(whole);
    } catch (error) {
      throw faultOf(error, path);
    }
    try {
      const [opened, there, real] = await Promise.all([file.stat(), Deno.lstat(whole), Deno.realPath(whole)]);
      if (opened.isFile && opened.ino === there.ino && opened.dev === there.dev && real === whole) {
        return file;
      }
    } catch {
      // It went away meanwhile.
    }
    file.close();
    throw new ServiceError("changed", `${path} changed while it was opened`);
  }
}

function partsOf(path: string): string[] {
  if (path === "") return [];
  if (encoder.encode(path).length > MAX_PATH) throw new ServiceError("path", "the path is too long");
  const parts = path.split("/");
  const bad = parts.find(isBadName);
  if (bad !== undefined) {
    throw new ServiceError(
      "path",
      `${JSON.stringify(path)} is no path within the folder that the host shares`,
    );
  }
  return parts;
}

async function kindOf(whole: string, path: string): Promise<Deno.FileInfo> {
  try {
    return await Deno.lstat(whole);
  } catch (error) {
    throw faultOf(error, path);
  }
}

/** What the system says of `path`, as a {@link ServiceError}. */
export function faultOf(error: unknown, path: string): ServiceError {
  if (error instanceof ServiceError) return error;
  if (error instanceof Deno.errors.NotFound) return new ServiceError("missing", `${path} is not there`);
  if (error instanceof Deno.errors.PermissionDenied) {
    // Of this one file: `denied` is what the host's person does not allow.
    return new ServiceError("failed", `the host's system does not allow it: ${path}`);
  }
  if (isFull(error)) return fullDisk("the host's");
  const { code, message } = error as Error & { code?: string };
  if (error instanceof Deno.errors.IsADirectory || code === "EISDIR" || code === "ENOTDIR") {
    return new ServiceError("kind", `${path} is a folder, or leads through a file`);
  }
  return new ServiceError("failed", `${path}: ${message.split("\n")[0]}`);
}
