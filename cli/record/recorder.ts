/** Records a session as asciicast v2: a header, then one JSON array a line. What is typed is not recorded: it may be a password. */
import { Failure, USAGE } from "../process/failure.ts";
import { OutputQueue } from "../terminal/output_queue.ts";

export interface RecordHeader {
  readonly cols: number;
  readonly rows: number;
  readonly title?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Writes one session to a file. */
export class Recorder implements AsyncDisposable {
  readonly #queue: OutputQueue;
  /** A character may be cut between two pieces. */
  readonly #decoder = new TextDecoder();
  readonly #start: number;

  private constructor(
    private readonly file: Deno.FsFile,
    { cols, rows, title, env }: RecordHeader,
    onfault: (words: string) => void,
    private readonly now: () => number,
  ) {
    this.#start = now();
    this.#queue = new OutputQueue((bytes) => file.write(bytes), (error) => {
      onfault(`The recording ended early: ${error instanceof Error ? error.message : String(error)}`);
    });
    // deno-lint-ignore beach/steady-clock -- the format wants when it was recorded
    const timestamp = Math.floor(Date.now() / 1000);
    this.#line({ version: 2, width: cols, height: rows, timestamp, title, env });
  }

  /**
   * Begins a recording. A file that holds something is replaced only with `overwrite`; what is no file (a pipe, a device) is written to.
   * `onfault` is told once if it can't go on (a full disk). `now`: ms, steady. Throws {@link Failure} if the file can't be written.
   */
  static open(
    path: string,
    header: RecordHeader,
    onfault: (words: string) => void,
    { overwrite = false, now = () => performance.now() }: {
      readonly overwrite?: boolean;
      readonly now?: () => number;
    } = {},
  ): Recorder {
    let file: Deno.FsFile;
    try {
      file = openFile(path, overwrite);
    } catch (cause) {
      if (cause instanceof Failure) throw cause;
      const hint = cause instanceof Error ? cause.message.split("\n")[0]!.replace(/\.$/, "") : undefined;
      throw new Failure({ what: "The recording can't be written", value: path, hint, cause });
    }
    return new Recorder(file, header, onfault, now);
  }

  /** Bytes that are not on the disk yet. */
  get pending(): number {
    return this.#queue.pending;
  }

  /** The terminal showed `bytes`. */
  output(bytes: Uint8Array): void {
    const text = this.#decoder.decode(bytes, { stream: true });
    if (text !== "") this.#event("o", text);
  }

  resize(cols: number, rows: number): void {
    this.#event("r", `${cols}x${rows}`);
  }

  /** Writes the rest and closes the file. */
  async [Symbol.asyncDispose](): Promise<void> {
    const rest = this.#decoder.decode();
    if (rest !== "") this.#event("o", rest);
    await this.#queue.drain();
    this.file.close();
  }

  #event(kind: "o" | "r", data: string): void {
    // Microseconds, as asciinema itself writes them.
    this.#line([Math.round((this.now() - this.#start) * 1000) / 1e6, kind, data]);
  }

  #line(value: unknown): void {
    void this.#queue.write(new TextEncoder().encode(JSON.stringify(value) + "\n"));
  }
}

/** What the terminal shows may be private, so nobody else reads it, whoever made the file before. */
function openFile(path: string, overwrite: boolean): Deno.FsFile {
  const mode = 0o600;
  try {
    return Deno.openSync(path, { createNew: true, write: true, mode });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
  const { isFile, size } = Deno.statSync(path);
  if (isFile && size > 0 && !overwrite) {
    throw new Failure({
      what: "The recording would replace a file",
      value: path,
      hint: "Name another one, or add --overwrite",
      code: USAGE,
    });
  }
  const file = Deno.openSync(path, { write: true });
  try {
    if (isFile) {
      // First: whoever could read it must not read what comes.
      if (Deno.build.os !== "windows") Deno.chmodSync(path, mode);
      file.truncateSync();
    }
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}
