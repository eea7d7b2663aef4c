/** Files of this machine, as `cp` sends and gets them. */
import { createHash } from "node:crypto";
import { dirname } from "node:path";
import type { Got, Sha256, Source } from "../../session/services/file_client.ts";
import { ServiceError } from "../../session/streams/service_error.ts";
import { fullDisk, isFull, needRoom } from "../services/disk_room.ts";
import { read } from "../services/file_get.ts";
import { writeAll } from "../services/write_all.ts";

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

/** What there is of a file that is got. Nothing else writes to it meanwhile, in this process or another. */
export class Part implements Disposable {
  /** How much of it was there, and its SHA-256: what a host is asked to go on behind. */
  readonly have: { readonly from: number; readonly sha256?: string };

  #named = false;

  private constructor(
    private readonly path: string,
    private readonly file: Deno.FsFile,
    from: number,
    private readonly hash: Sha256,
  ) {
    this.have = from === 0 ? { from } : { from, sha256: hash.hex() };
  }

  /**
   * Opens it, and reads once what is there.
   * @throws {ServiceError} `busy` while somebody else gets the same file
   */
  static async open(path: string): Promise<Part> {
    const file = await Deno.open(path, { read: true, write: true, create: true, mode: 0o600 });
    try {
      if (!await file.tryLock(true) || !await isAt(file, path)) {
        throw new ServiceError("busy", "it is being copied to the same place already");
      }
      const { size } = await file.stat();
      const hash = systemSha256();
      for await (const bytes of read(file, size)) hash.update(bytes);
      return new Part(path, file, size, hash);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /**
   * Writes what is got behind what is there, or anew, and when it is whole, right and on the disk gives it the name `target`.
   * @param came is told how many bytes are here, at the begin and after each piece
   * @throws {ServiceError} `sum` if it did not arrive as the host read it; `no-room`, and then nothing of it is left if the disk is full; `changed`, and then
   * nothing of it is left either
   */
  async keep(got: Got, target: string, came: (bytes: number) => void): Promise<void> {
    await needRoom(dirname(this.path), target, got.size - got.from, "this machine's");
    try {
      await this.#keep(got, target, came);
    } catch (error) {
      const full = isFull(error);
      // Of what changed at the host nothing is of use: the next try is for another size and time, so it has a part of its own.
      if (full || error instanceof ServiceError && error.code === "changed") await this.file.truncate(0);
      throw full ? fullDisk("this machine's") : error;
    }
  }

  async #keep(got: Got, target: string, came: (bytes: number) => void): Promise<void> {
    const { file } = this;
    const hash = got.from === this.have.from ? this.hash : systemSha256();
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
      throw new ServiceError("sum", `${target} did not arrive as it was sent`);
    }
    await file.sync();
    if (Deno.build.os !== "windows") await Deno.chmod(this.path, got.mode & 0o777);
    await file.utime(got.time / 1000, got.time / 1000);
    await Deno.rename(this.path, target);
    this.#named = true;
  }

  /** Closes it; where nothing is in it, it goes. */
  [Symbol.dispose](): void {
    if (!this.#named && this.file.statSync().size === 0) Deno.removeSync(this.path);
    this.file.close();
  }
}

/** Whether the open `file` still is what is at `path`: who had it before may have given it another name. */
async function isAt(file: Deno.FsFile, path: string): Promise<boolean> {
  const [open, there] = await Promise.all([file.stat(), Deno.lstat(path).catch(() => undefined)]);
  return open.isFile && there?.isFile === true && open.ino === there.ino && open.dev === there.dev;
}
