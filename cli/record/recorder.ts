/** Records a session as asciicast: what the terminal shows, its sizes, who comes and goes, and what is typed if that is wanted. */
import type { Snapshot } from "../../frames/screen_state.ts";
import type { Size } from "../../frames/size.ts";
import { type CastFormat, type CastKind, CastLines } from "./asciicast.ts";
import { RecordFile } from "./record_file.ts";

export interface RecorderOptions {
  readonly size: Size;
  readonly format: CastFormat;
  /** Whether what is typed is recorded: it may be a password. */
  readonly input: boolean;
  /** About so many bytes are kept, the newest: in the file, and in the one beside it with the part before. */
  readonly max?: number;
  readonly overwrite: boolean;
  /** The screen at some moment after the call; its version counts the bytes of output. */
  readonly snapshot: () => Promise<Snapshot>;
  /** Told once, in a line, if the recording can't go on (a full disk). */
  readonly onfault: (words: string) => void;
  /** Steady, ms. */
  readonly now?: () => number;
}

/** Writes one session to a file. */
export class Recorder implements AsyncDisposable {
  #file: RecordFile;
  #lines: CastLines;
  #size: Size;
  /** Bytes of the part's first lines, which show the screen as it was. */
  #base = 0;
  /** Bytes of output so far. */
  #version = 0;
  /** Output since the screen was asked for, to begin the next part with. */
  #recent: Uint8Array[] | undefined;
  /** Characters may be cut between two pieces. */
  #shown = new TextDecoder();
  readonly #typed = new TextDecoder();
  readonly #now: () => number;
  /** Parts that are being closed. */
  readonly #closing: Promise<void>[] = [];
  /** No more can be written. */
  #over = false;
  #closed = false;
  /** The command has ended. */
  #ended = false;
  readonly #fault = (error: unknown): void => {
    if (this.#over) return;
    this.#over = true;
    this.options.onfault(
      `The recording ended early: ${error instanceof Error ? error.message : String(error)}`,
    );
  };

  private constructor(private readonly path: string, private readonly options: RecorderOptions) {
    this.#now = options.now ?? (() => performance.now());
    this.#size = options.size;
    const { overwrite, max } = options;
    this.#file = RecordFile.open(path, { overwrite, rotated: max !== undefined }, this.#fault);
    this.#lines = this.#begin(this.#size);
  }

  /** Begins a recording. Throws {@link Failure} if the file can't be written. */
  static open(path: string, options: RecorderOptions): Recorder {
    return new Recorder(path, options);
  }

  /** Bytes that are not on the disk yet. */
  get pending(): number {
    return this.#file.pending;
  }

  /** The terminal showed `bytes`. */
  output(bytes: Uint8Array): void {
    this.#version += bytes.length;
    this.#recent?.push(bytes);
    this.#text("o", this.#shown.decode(bytes, { stream: true }));
  }

  resize(cols: number, rows: number): void {
    this.#size = { cols, rows };
    this.#event("r", `${cols}x${rows}`);
  }

  /** Somebody typed `bytes`. */
  input(bytes: Uint8Array): void {
    if (this.options.input) this.#text("i", this.#typed.decode(bytes, { stream: true }));
  }

  /** Something that players jump to; nothing more once the command has ended. */
  mark(label: string): void {
    if (!this.#ended) this.#event("m", label);
  }

  /** The command ended. Version 2 knows no such event. */
  exit(code: number): void {
    this.#ended = true;
    if (this.options.format === "v3") this.#event("x", `${code}`);
  }

  /** Writes the rest and closes the file. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#recent = undefined;
    const rest = this.#shown.decode();
    if (rest !== "" && !this.#over) this.#file.write(this.#lines.event(this.#now(), "o", rest));
    this.#closed = true;
    await Promise.all([...this.#closing, this.#file.close()]);
  }

  #text(kind: CastKind, text: string): void {
    if (text !== "") this.#event(kind, text);
  }

  #event(kind: CastKind, data: string): void {
    if (this.#over || this.#closed) return;
    this.#file.write(this.#lines.event(this.#now(), kind, data));
    const { max = Infinity } = this.options;
    // A screen that alone is half of a part must not begin a part with each key.
    const full = this.#file.size >= max / 2 && this.#file.size >= 2 * this.#base;
    if (full && !this.#recent) void this.#turn();
  }

  #begin(size: Size): CastLines {
    const lines = new CastLines(this.options.format, this.#now());
    // deno-lint-ignore beach/steady-clock -- the format wants when it was recorded
    this.#file.write(lines.header(size, Date.now()));
    return lines;
  }

  /** Goes on in another part, which begins with the screen. What comes until that is known is in both. */
  async #turn(): Promise<void> {
    const from = this.#version;
    const recent: Uint8Array[] = this.#recent = [];
    try {
      const snapshot = await this.options.snapshot();
      if (this.#recent !== recent) return;
      this.#next(snapshot, recent, from);
    } catch (error) {
      if (this.#recent === recent) this.#fault(error);
    } finally {
      this.#recent = undefined;
    }
  }

  #next(snapshot: Snapshot, recent: readonly Uint8Array[], from: number): void {
    const full = this.#file;
    const closed: Promise<void> = full.close().catch(this.#fault).finally(() =>
      void this.#closing.splice(this.#closing.indexOf(closed), 1)
    );
    this.#closing.push(closed);
    this.#file = RecordFile.next(this.path, this.#fault);
    this.#lines = this.#begin(snapshot);
    this.#shown = new TextDecoder();
    const now = this.#now();
    const show = (bytes: Uint8Array) => {
      const text = this.#shown.decode(bytes, { stream: true });
      if (text !== "") this.#file.write(this.#lines.event(now, "o", text));
    };
    show(snapshot.data);
    let at = from;
    for (const bytes of recent) {
      if (at + bytes.length > snapshot.version) show(bytes.subarray(Math.max(0, snapshot.version - at)));
      at += bytes.length;
    }
    const { cols, rows } = this.#size;
    if (cols !== snapshot.cols || rows !== snapshot.rows) {
      this.#file.write(this.#lines.event(now, "r", `${cols}x${rows}`));
    }
    this.#base = this.#file.size;
  }
}
