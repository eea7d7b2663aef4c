/** Pictures and texts that viewers paste: kept in a private folder until the session ends. */
import type { ByteReader } from "../../session/services/byte_reader.ts";
import { ServiceError } from "../../session/streams/service_error.ts";

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
  #folder: string | undefined;
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
    const number = ++this.#count;
    this.#bytes += size;
    const bytes = await from.exactly(size);
    if (size > 0 && bytes === undefined) throw new ServiceError("gone", "the stream ended before the paste");
    // Made with mode 0700.
    this.#folder ??= await Deno.makeTempDir({
      prefix: "beach-paste-",
      ...(this.parent && { dir: this.parent }),
    });
    const path = `${this.#folder}/paste-${number}.${ending}`;
    await Deno.writeFile(path, bytes ?? new Uint8Array(), { createNew: true, mode: 0o600 });
    return path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#folder) await Deno.remove(this.#folder, { recursive: true });
    this.#folder = undefined;
  }
}
