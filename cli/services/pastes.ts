/** Pictures and texts that viewers paste: kept in a private folder until the session ends. */
import type { ByteReader } from "../../session/services/byte_reader.ts";
import { ServiceError } from "../../session/streams/service_error.ts";
import { writeAll } from "./write_all.ts";

/** Pastes of one session, and their bytes in all: the folder may be in memory. */
const MAX_PASTES = 256;
const MAX_BYTES = 512 * 1024 * 1024;

/** What a program expects behind the name's dot. */
const ENDINGS: Readonly<Record<string, string>> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/gif": "gif",
  "image/webp": "webp",
  "image/svg+xml": "svg",
  "text/plain": "txt",
};

/** The pastes of one session; the folder is removed with it. */
export class Pastes implements AsyncDisposable {
  #folder: Promise<string> | undefined;
  #last = 0;
  #count = 0;
  #bytes = 0;

  /** @param parent where the folder is made at the first paste, such as `$XDG_RUNTIME_DIR`; absent: the system's temporary folder */
  constructor(private readonly parent?: string) {}

  /**
   * Keeps `size` bytes of `from`; returns the path.
   * @throws {ServiceError} `no-room`, `kind`, `gone`
   */
  async keep(type: string, size: number, from: ByteReader): Promise<string> {
    const ending = Object.hasOwn(ENDINGS, type) ? ENDINGS[type] : undefined;
    if (!ending) throw new ServiceError("kind", "only pictures and plain text can be pasted");
    if (this.#count >= MAX_PASTES || this.#bytes + size > MAX_BYTES) {
      throw new ServiceError(
        "no-room",
        `a session keeps ${MAX_PASTES} pastes and ${MAX_BYTES} bytes of them`,
      );
    }
    this.#count++;
    this.#bytes += size;
    const number = ++this.#last;
    // Made with mode 0700.
    const folder = await (this.#folder ??= Deno.makeTempDir({
      prefix: "beach-paste-",
      ...(this.parent && { dir: this.parent }),
    }));
    const path = `${folder}/paste-${number}.${ending}`;
    try {
      using file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
      await copy(from, file, size);
    } catch (error) {
      // A paste that did not come takes no room of others.
      this.#count--;
      this.#bytes -= size;
      await Deno.remove(path).catch(() => {});
      throw error;
    }
    return path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#folder) await Deno.remove(await this.#folder, { recursive: true });
    this.#folder = undefined;
  }
}

/** Piece by piece: memory does not grow with what a head announces. */
async function copy(from: ByteReader, file: Deno.FsFile, size: number): Promise<void> {
  for (let left = size; left > 0;) {
    const bytes = await from.some(left);
    if (bytes === undefined) throw new ServiceError("gone", "the stream ended before the paste");
    left -= bytes.length;
    await writeAll(file, bytes);
  }
}
