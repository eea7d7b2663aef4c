/** Reads a tar archive (ustar, as npm writes it) strictly: regular files with plain relative paths, and nothing else. */

const BLOCK = 512;
/** An npm package has some hundred files. */
const MOST_FILES = 5000;
/** A path's parts: no control characters, no backslashes, no drives and streams of Windows. */
// deno-lint-ignore no-control-regex -- names may hold none
const PART = /^[^\u0000-\u001f\u007f/\\:*?"<>|]{1,200}$/;
const MOST_PARTS = 32;

/** A file of an archive. Its bytes must be read before the next file is asked for. */
export interface TarFile {
  /** With `/`; never absolute, and without `.` and `..`. */
  readonly path: string;
  readonly size: number;
  readonly bytes: AsyncIterable<Uint8Array<ArrayBuffer>>;
}

/** What is wrong with an archive. */
export class TarError extends Error {
  override readonly name = "TarError";
}

/**
 * The files of `archive`, in order. Folders are passed over.
 * @param mostBytes all files together may have so many
 * @throws {TarError} for links, devices, other paths, a wrong checksum, too much of anything, and an archive that ends too early
 */
export async function* readTar(
  archive: ReadableStream<Uint8Array<ArrayBuffer>>,
  mostBytes: number,
): AsyncGenerator<TarFile, void> {
  const source = new Source(archive);
  try {
    let bytes = 0;
    for (let files = 0;; files++) {
      const header = await source.exactly(BLOCK);
      if (header.every((byte) => byte === 0)) return;
      if (files >= MOST_FILES) throw new TarError(`more than ${MOST_FILES} entries`);
      const { path, size, folder } = parseHeader(header);
      bytes += size;
      if (bytes > mostBytes) throw new TarError(`more than ${mostBytes} bytes`);
      if (folder) continue;
      yield { path, size, bytes: source.upTo(size) };
      if (source.left > 0) throw new TarError(`${path} was not read`);
      await source.exactly((BLOCK - size % BLOCK) % BLOCK);
    }
  } finally {
    await source.cancel();
  }
}

function parseHeader(header: Uint8Array): { path: string; size: number; folder: boolean } {
  if (text(header, 257, 5) !== "ustar") throw new TarError("no ustar header");
  // The checksum is that of the header with blanks in its place.
  const sum = header.reduce((all, byte, at) => all + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  if (octal(header, 148, 8) !== sum) throw new TarError("a header's checksum is wrong");
  const prefix = text(header, 345, 155);
  const name = text(header, 0, 100);
  const type = String.fromCharCode(header[156]!);
  const folder = type === "5";
  const path = (prefix === "" ? name : `${prefix}/${name}`).replace(folder ? /\/$/ : /$^/, "");
  if (type !== "0" && type !== "\0" && !folder) {
    throw new TarError(
      `${JSON.stringify(path)} is neither a file nor a folder (type ${JSON.stringify(type)})`,
    );
  }
  const parts = path.split("/");
  const plain = parts.length <= MOST_PARTS &&
    parts.every((part) => PART.test(part) && part !== "." && part !== "..");
  if (!plain) throw new TarError(`the path ${JSON.stringify(path)} may lead elsewhere`);
  const size = octal(header, 124, 12);
  if (folder && size !== 0) throw new TarError(`the folder ${path} has bytes`);
  return { path, size, folder };
}

/** A field up to its first zero byte. */
function text(header: Uint8Array, at: number, length: number): string {
  const field = header.subarray(at, at + length);
  const end = field.indexOf(0);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(end < 0 ? field : field.subarray(0, end));
  } catch {
    throw new TarError("a name is not UTF-8");
  }
}

function octal(header: Uint8Array, at: number, length: number): number {
  const digits = text(header, at, length).trim();
  if (!/^[0-7]{1,11}$/.test(digits)) throw new TarError(`a number is ${JSON.stringify(digits)}`);
  return parseInt(digits, 8);
}

/** Bytes of a stream, by number. */
class Source {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
  #rest = new Uint8Array();
  /** Bytes of the file that is read, which were not read yet. */
  left = 0;

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.#reader = stream.getReader();
  }

  /** The next `length` bytes: at most a block. */
  async exactly(length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length;) {
      const part = await this.#next(length - at);
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }

  /** The next `length` bytes as they come. */
  async *upTo(length: number): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
    this.left = length;
    while (this.left > 0) {
      const part = await this.#next(this.left);
      this.left -= part.length;
      yield part;
    }
  }

  async cancel(): Promise<void> {
    await this.#reader.cancel().catch(() => {});
  }

  /** At least one byte, at most `most`. */
  async #next(most: number): Promise<Uint8Array<ArrayBuffer>> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#reader.read();
      if (done) throw new TarError("the archive ends too early");
      this.#rest = value;
    }
    const part = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(part.length);
    return part;
  }
}
