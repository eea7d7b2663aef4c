/** Takes files: each is whole, right and on the disk before it has its name. */
import { createHash, type Hash } from "node:crypto";
import { ByteReader } from "../../session/services/byte_reader.ts";
import { MAX_FILE_MESSAGE, type PutOpen, readFileMessage } from "../../session/services/file_heads.ts";
import { encodeMessage, nextMessage } from "../../session/services/messages.ts";
import { ServiceError } from "../../session/streams/service_error.ts";
import type { ServiceStream } from "../../session/services/service_stream.ts";
import { isFull, needRoom } from "./disk_room.ts";
import { read } from "./file_get.ts";
import type { FileRoot } from "./file_root.ts";
import { writeAll } from "./write_all.ts";

/** A part that nobody went on with for so long is removed; ms. */
const STALE = 7 * 24 * 3600 * 1000;
/** Folders whose sweeping is remembered. */
const MAX_SWEPT = 4096;
const PART = /^\.beach-[0-9a-f]{32}\.part$/;

/** Files that are being taken. */
export class PartialFiles {
  /** Parts that a stream writes now, by path. */
  readonly #busy = new Map<string, { readonly stream: ServiceStream; readonly over: Promise<void> }>();
  /** Folders in which old parts were looked for: once is enough, for a folder may hold many files. */
  readonly #swept = new Set<string>();

  /**
   * Takes one file from `stream`.
   * @throws {ServiceError} `sum`, `kind`, `gone`, `no-room`, and as {@link FileRoot.resolve}
   */
  async take(stream: ServiceStream, root: FileRoot, open: PutOpen): Promise<void> {
    const whole = await root.resolve(open.path);
    if (open.path === "" || await isFolder(whole)) throw new ServiceError("kind", `${open.path} is a folder`);
    const folder = whole.slice(0, whole.lastIndexOf("/")) || "/";
    const part = `${folder}/${partName(open.id)}`;
    // The try before may not know yet that its viewer is gone: the newest one goes on.
    for (let before = this.#busy.get(part); before; before = this.#busy.get(part)) {
      before.stream.reset(new ServiceError("busy", `${open.path} is sent anew`));
      await before.over;
    }
    const { promise: over, resolve } = Promise.withResolvers<void>();
    this.#busy.set(part, { stream, over });
    try {
      await this.#sweep(folder);
      const held = (await Deno.lstat(part).catch(() => undefined))?.size ?? 0;
      await needRoom(folder, open.path, open.size - held, "the host's");
      using file = await openPart(part);
      await fill(stream, file, open);
      await finish(file, part, whole, open);
    } catch (error) {
      // What else runs here needs the room more than this file needs its begin.
      if (isFull(error)) await Deno.remove(part).catch(() => {});
      throw error;
    } finally {
      this.#busy.delete(part);
      resolve();
    }
    const writer = stream.writable.getWriter();
    await writer.write(encodeMessage({ done: true }));
    await writer.close();
  }

  async #sweep(folder: string): Promise<void> {
    if (this.#swept.size >= MAX_SWEPT || this.#swept.has(folder)) return;
    this.#swept.add(folder);
    await removeStaleParts(folder, this.#busy);
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await Deno.lstat(path).catch(() => undefined))?.isDirectory === true;
}

/** A link in the part's place would be followed: it must be a file, and ours to write. */
async function openPart(part: string): Promise<Deno.FsFile> {
  const there = await Deno.lstat(part).catch(() => undefined);
  if (there && !there.isFile) throw new ServiceError("kind", "a part of this file is in the way and no file");
  return await Deno.open(part, {
    read: true,
    write: true,
    create: there !== undefined,
    createNew: there === undefined,
    mode: 0o600,
  });
}

/** Tells the viewer what is there, and takes the rest. */
async function fill(stream: ServiceStream, file: Deno.FsFile, open: PutOpen): Promise<void> {
  const held = Math.min((await file.stat()).size, open.size);
  const hash = createHash("sha256");
  for await (const bytes of read(file, held)) hash.update(bytes);
  const writer = stream.writable.getWriter();
  await writer.write(encodeMessage({ from: held, sha256: hash.copy().digest("hex") }));
  writer.releaseLock();
  const from = new ByteReader(stream);
  const start = readFileMessage("from", await nextMessage(from, MAX_FILE_MESSAGE)).from;
  if (start !== held && start !== 0) {
    throw new ServiceError("head", "from is neither 0 nor what the host has");
  }
  await file.truncate(start);
  await file.seek(start, Deno.SeekMode.Start);
  const sum = await copy(from, file, open.size - start, start === held ? hash : createHash("sha256"));
  const { sha256 } = readFileMessage("sum", await nextMessage(from, MAX_FILE_MESSAGE));
  if (sum !== sha256) {
    // What is there is wrong somewhere: the next try must not go on behind it.
    await file.truncate(0);
    throw new ServiceError("sum", `${open.path} did not arrive as it was sent`);
  }
}

/** Copies `length` bytes; returns the SHA-256 of all. */
async function copy(from: ByteReader, file: Deno.FsFile, length: number, hash: Hash): Promise<string> {
  for (let left = length; left > 0;) {
    const bytes = await from.some(left);
    if (bytes === undefined) throw new ServiceError("gone", `the stream ended ${left} bytes too early`);
    hash.update(bytes);
    left -= bytes.length;
    await writeAll(file, bytes);
  }
  return hash.digest("hex");
}

async function finish(
  file: Deno.FsFile,
  part: string,
  whole: string,
  { mode, time }: PutOpen,
): Promise<void> {
  await file.sync();
  if (Deno.build.os !== "windows") await Deno.chmod(part, mode & 0o777);
  await file.utime(time / 1000, time / 1000);
  await Deno.rename(part, whole);
}

/** What a file is called until it is whole. @param id 32 hexadecimal digits */
export function partName(id: string): string {
  return `.beach-${id}.part`;
}

/**
 * Removes parts in `folder` that nobody went on with.
 * @param busy paths of those that are written now
 */
export async function removeStaleParts(folder: string, busy: { has(path: string): boolean }): Promise<void> {
  for await (const { name, isFile } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (!isFile || !PART.test(name) || busy.has(path)) continue;
    const { mtime } = await Deno.lstat(path);
    // deno-lint-ignore beach/steady-clock -- a file's time is that of the wall
    if (mtime && Date.now() - mtime.getTime() > STALE) await Deno.remove(path).catch(() => {});
  }
}
