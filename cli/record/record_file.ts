/** The file of a recording: made for us alone, and followed by another when it is full. */
import { Failure, USAGE } from "../process/failure.ts";
import { OutputQueue } from "../terminal/output_queue.ts";

const MODE = 0o600;

/** One file that is written in order. */
export class RecordFile {
  readonly #queue: OutputQueue;
  /** Bytes written so far, those that wait included. */
  size = 0;

  private constructor(private readonly file: Deno.FsFile, onfault: (error: unknown) => void) {
    this.#queue = new OutputQueue((bytes) => file.write(bytes), onfault);
  }

  /**
   * Opens `path`. A file that holds something is replaced only with `overwrite`; what is no file (a pipe, a device) is written to, unless
   * `rotated`: the file is to be followed by others. Throws {@link Failure}.
   */
  static open(
    path: string,
    { overwrite, rotated }: { readonly overwrite: boolean; readonly rotated: boolean },
    onfault: (error: unknown) => void,
  ): RecordFile {
    try {
      if (rotated) checkRoom(older(path), overwrite);
      return new RecordFile(openFile(path, overwrite, rotated), onfault);
    } catch (cause) {
      if (cause instanceof Failure) throw cause;
      const hint = cause instanceof Error ? cause.message.split("\n")[0]!.replace(/\.$/, "") : undefined;
      throw new Failure({ what: "The recording can't be written", value: path, hint, cause });
    }
  }

  /** Puts the file that is at `path` aside ({@link older}), and begins another there. Throws what the file system says. */
  static next(path: string, onfault: (error: unknown) => void): RecordFile {
    Deno.renameSync(path, older(path));
    return new RecordFile(Deno.openSync(path, { createNew: true, write: true, mode: MODE }), onfault);
  }

  /** Bytes that are not on the disk yet. */
  get pending(): number {
    return this.#queue.pending;
  }

  write(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.size += bytes.length;
    void this.#queue.write(bytes);
  }

  /** Writes the rest and closes the file. */
  async close(): Promise<void> {
    await this.#queue.drain();
    this.file.close();
  }
}

/** Where the part before goes. */
export function older(path: string): string {
  return `${path}.1`;
}

/** What the terminal shows may be private, so nobody else reads it, whoever made the file before. */
function openFile(path: string, overwrite: boolean, rotated: boolean): Deno.FsFile {
  try {
    return Deno.openSync(path, { createNew: true, write: true, mode: MODE });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
  checkRoom(path, overwrite);
  const { isFile } = Deno.statSync(path);
  if (!isFile && rotated) {
    const hint = "Name a file, or leave --record-max out";
    throw new Failure({ what: "--record-max needs a file", value: path, hint, code: USAGE });
  }
  const file = Deno.openSync(path, { write: true });
  try {
    if (isFile) {
      // First: whoever could read it must not read what comes.
      if (Deno.build.os !== "windows") Deno.chmodSync(path, MODE);
      file.truncateSync();
    }
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

function checkRoom(path: string, overwrite: boolean): void {
  let there: Deno.FileInfo;
  try {
    there = Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  if (there.isFile && there.size > 0 && !overwrite) {
    throw new Failure({
      what: "The recording would replace a file",
      value: path,
      hint: "Name another one, or add --overwrite",
      code: USAGE,
    });
  }
}
