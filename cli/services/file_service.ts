/** Files of one folder, listed, given and taken (`session/services/README.md`, "files"). */
import { ByteReader } from "../../session/services/byte_reader.ts";
import { type FileEntry, readFileOpen } from "../../session/services/file_heads.ts";
import { encodeMessage } from "../../session/services/messages.ts";
import { ServiceError } from "../../session/streams/service_error.ts";
import { decodeHead, serve, type ServiceStream } from "../../session/services/service_stream.ts";
import { giveFile } from "./file_get.ts";
import { PartialFiles } from "./file_put.ts";
import { faultOf, type FileRoot } from "./file_root.ts";
import type { Pastes } from "./pastes.ts";

/** Permission bits without those that change who a program runs as. */
const MODE = 0o777;

export interface FileServiceOptions {
  /** Absent: only pasting is allowed. */
  readonly root: FileRoot | undefined;
  readonly pastes: Pastes;
}

/** The files of one host, for all viewers whose grant allows it. */
export class FileService {
  readonly #partial = new PartialFiles();

  constructor(private readonly options: FileServiceOptions) {}

  /**
   * Serves one stream until it is over; never rejects.
   * @param permit settles if the viewer may get and put files of the folder; who may paste needs no leave: what is pasted could be typed
   */
  serve(stream: ServiceStream, head: Uint8Array, permit: () => Promise<void>): Promise<void> {
    return serve(stream, async () => {
      const open = readFileOpen(decodeHead(head));
      if (open.op === "paste") return await this.#paste(stream, open.type, open.size);
      await permit();
      const { root } = this.options;
      if (!root) throw new ServiceError("denied", "the host shares no files (--files DIR)");
      try {
        switch (open.op) {
          case "list":
            await list(stream, root, open.path, open.deep);
            break;
          case "get":
            await giveFile(stream, root, open);
            break;
          case "put":
            await this.#partial.take(stream, root, open);
            break;
          case "folder":
            await stream.finish(encodeMessage({ made: await makeFolder(root, open) }));
            break;
        }
      } catch (error) {
        throw faultOf(error, open.path);
      }
    });
  }

  async #paste(stream: ServiceStream, type: string, size: number): Promise<void> {
    try {
      const path = await this.options.pastes.keep(type, size, new ByteReader(stream));
      await stream.finish(encodeMessage({ path }));
    } catch (error) {
      throw faultOf(error, "what was pasted");
    }
  }
}

async function list(stream: ServiceStream, root: FileRoot, path: string, deep: boolean): Promise<void> {
  const writer = stream.writable.getWriter();
  const say = async (entry: FileEntry) => {
    await writer.ready;
    await writer.write(encodeMessage(entry));
  };
  const first = await root.lstat(path);
  if (!first.isDirectory) await say(entryOf(path, first));
  // A folder that waits is a path: so memory grows with the folders of one level, not with files.
  const folders = first.isDirectory ? [path] : [];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for await (const { name } of Deno.readDir(await root.resolve(folder))) {
      const inside = folder === "" ? name : `${folder}/${name}`;
      const info = await root.lstat(inside).catch(() => undefined);
      // A name that is not UTF-8 has no path here; one that went away meanwhile is told alike.
      const entry = info
        ? entryOf(inside, info)
        : { path: inside, kind: "other", size: 0, mode: 0, time: 0 } as const;
      await say(entry);
      if (deep && entry.kind === "folder") folders.push(inside);
    }
  }
  await writer.close();
}

function entryOf(path: string, info: Deno.FileInfo): FileEntry {
  const kind = info.isFile ? "file" : info.isDirectory ? "folder" : info.isSymlink ? "link" : "other";
  return { path, kind, size: info.size, mode: (info.mode ?? 0o644) & MODE, time: info.mtime?.getTime() ?? 0 };
}

/** True if there was none. */
async function makeFolder(
  root: FileRoot,
  { path, mode, time }: { readonly path: string; readonly mode?: number; readonly time?: number },
): Promise<boolean> {
  const whole = await root.resolve(path);
  let made = true;
  try {
    await Deno.mkdir(whole);
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    if (!(await Deno.lstat(whole)).isDirectory) {
      throw new ServiceError("exists", `${path} is there and no folder`);
    }
    made = false;
  }
  if (mode !== undefined && Deno.build.os !== "windows") await Deno.chmod(whole, mode & MODE);
  if (time !== undefined) await Deno.utime(whole, time / 1000, time / 1000);
  return made;
}
