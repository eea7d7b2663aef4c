/** Files of this machine, as `cp` sends and gets them. */
import { createHash } from "node:crypto";
import type { Got, Sha256, Source } from "../../session/services/file_client.ts";
import { ServiceError } from "../../session/streams/service_error.ts";
import { read } from "./file_get.ts";
import { writeAll } from "./write_all.ts";

/** SHA-256 of the system's library: several times as fast as one in JavaScript. */
export function systemSha256(): Sha256 {
  const hash = createHash("sha256");
  return { update: (bytes) => hash.update(bytes), hex: () => hash.copy().digest("hex") };
}

/** An open file as what is sent. */
export function sourceOf(file: Deno.FsFile, size: number): Source {
  return {
    size,
    async *read(from, to) {
      await file.seek(from, Deno.SeekMode.Start);
      yield* read(file, to - from);
    },
  };
}

/** What there is of a file that was got before, and its SHA-256. */
export async function heldPart(part: string): Promise<{ readonly from: number; readonly sha256?: string }> {
  try {
    using file = await Deno.open(part);
    const { size, isFile } = await file.stat();
    if (!isFile || size === 0) return { from: 0 };
    const hash = systemSha256();
    for await (const bytes of read(file, size)) hash.update(bytes);
    return { from: size, sha256: hash.hex() };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { from: 0 };
    throw error;
  }
}

/**
 * Writes what is got to `part`, and when it is whole, right and on the disk gives it its name.
 * @param came is told how many bytes are here, at the begin and after each piece
 * @throws {ServiceError} `sum` if it did not arrive as the host read it
 */
export async function keep(
  got: Got,
  part: string,
  path: string,
  came: (bytes: number) => void,
): Promise<void> {
  {
    using file = await Deno.open(part, { read: true, write: true, create: true, mode: 0o600 });
    const hash = systemSha256();
    for await (const bytes of read(file, got.from)) hash.update(bytes);
    await file.truncate(got.from);
    await file.seek(got.from, Deno.SeekMode.Start);
    let here = got.from;
    came(here);
    for await (const bytes of got.bytes) {
      hash.update(bytes);
      await writeAll(file, bytes);
      came(here += bytes.length);
    }
    if (hash.hex() !== await got.sum()) {
      await file.truncate(0);
      throw new ServiceError("sum", `${path} did not arrive as it was sent`);
    }
    await file.sync();
    if (Deno.build.os !== "windows") await Deno.chmod(part, got.mode & 0o777);
    await file.utime(got.time / 1000, got.time / 1000);
  }
  await Deno.rename(part, path);
}
