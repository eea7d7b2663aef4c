/** Records a session as asciicast v2: a header, then one JSON array a line. What is typed is not recorded: it may be a password. */
import { Failure } from "./failure.ts";
import { OutputQueue } from "./output_queue.ts";

export interface RecordHeader {
  readonly cols: number;
  readonly rows: number;
  readonly title?: string;
  readonly env?: Readonly<Record<string, string>>;
}

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
    const timestamp = Math.floor(Date.now() / 1000);
    this.#line({ version: 2, width: cols, height: rows, timestamp, title, env });
  }

  /**
   * Begins a recording; a file of that name is replaced. `onfault` is told once if it can't go on (a full disk). `now`: ms, steady.
   * Throws {@link Failure} if the file can't be written.
   */
  static open(
    path: string,
    header: RecordHeader,
    onfault: (words: string) => void,
    now: () => number = () => performance.now(),
  ): Recorder {
    let file: Deno.FsFile;
    try {
      // What the terminal shows may be private.
      file = Deno.openSync(path, { create: true, write: true, truncate: true, mode: 0o600 });
    } catch (cause) {
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
