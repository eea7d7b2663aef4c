/** Gives one file to a stream: from where the other end's copy ends, with the SHA-256 of the whole behind it. */
import { createHash, type Hash } from "node:crypto";
import type { GetOpen } from "../../session/services/file_heads.ts";
import { encodeMessage } from "../../session/services/messages.ts";
import { ServiceError } from "../../session/streams/service_error.ts";
import type { ServiceStream } from "../../session/services/service_stream.ts";
import type { FileRoot } from "./file_root.ts";

/** What is read from the disk at once; bytes. */
const READ = 256 * 1024;

/**
 * @throws {ServiceError} `changed` if the file is not what it was when it was opened, and as {@link FileRoot.openFile}
 */
export async function giveFile(stream: ServiceStream, root: FileRoot, open: GetOpen): Promise<void> {
  using file = await root.openFile(open.path);
  const info = await file.stat();
  const { hash, at } = await continued(file, info.size, open.from, open.sha256);
  const writer = stream.writable.getWriter();
  const about = { size: info.size, mode: (info.mode ?? 0o644) & 0o777, time: info.mtime?.getTime() ?? 0 };
  await writer.write(encodeMessage({ ...about, from: at }));
  let sent = at;
  for await (const bytes of read(file, info.size - at)) {
    hash.update(bytes);
    sent += bytes.length;
    await writer.ready;
    await writer.write(bytes);
  }
  const after = await file.stat();
  if (sent !== info.size || after.size !== info.size || after.mtime?.getTime() !== info.mtime?.getTime()) {
    throw new ServiceError("changed", `${open.path} changed while it was read`);
  }
  await writer.write(encodeMessage({ sha256: hash.digest("hex") }));
  await writer.close();
}

/**
 * Where to go on with a file of which somebody has the first `from` bytes with this SHA-256: there, or at 0 if it begins otherwise. The file stands
 * there then, and `hash` holds what is before.
 */
export async function continued(
  file: Deno.FsFile,
  size: number,
  from: number,
  sha256: string | undefined,
): Promise<{ readonly hash: Hash; readonly at: number }> {
  if (from > 0 && from <= size && sha256 !== undefined) {
    const hash = createHash("sha256");
    for await (const bytes of read(file, from)) hash.update(bytes);
    if (hash.copy().digest("hex") === sha256) return { hash, at: from };
    await file.seek(0, Deno.SeekMode.Start);
  }
  return { hash: createHash("sha256"), at: 0 };
}

/** The next `length` bytes of `file`, or what it has. Each piece holds until the next is asked for: all are read into the same memory. */
export async function* read(file: Deno.FsFile, length: number): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(Math.min(READ, length));
  for (let left = length; left > 0;) {
    const n = await file.read(buffer.subarray(0, Math.min(READ, left)));
    if (n === null) return;
    left -= n;
    yield buffer.subarray(0, n);
  }
}
