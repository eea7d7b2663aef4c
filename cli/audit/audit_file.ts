/** The file of an audit: opened to be continued, written line by line, each before the host goes on. */
import { Failure, USAGE } from "../process/failure.ts";
import { BEGIN, type Entry, hashOf, link, MAX_LINE, type Place, readLine } from "./chain.ts";

const LF = 0x0a;
const MODE = 0o600;

/** A file that holds an audit, or will. Nobody else writes it meanwhile. */
export class AuditFile implements Disposable {
  #place: Place;
  #over = false;

  private constructor(
    private readonly file: Deno.FsFile,
    { place, before, cut }: Tail,
    private readonly onfault: (words: string) => void,
    private readonly clock: () => number,
  ) {
    this.#place = place;
    const opened = { event: "opened" };
    this.#put(cut === 0 ? opened : { ...opened, cut }, before);
  }

  /**
   * Continues the audit at `path`, or begins one. `onfault` is told once if no more can be written (a full disk). `clock`: Unix ms. Throws
   * {@link Failure} if the file can't be written, holds something else, or is another host's.
   */
  static open(
    path: string,
    onfault: (words: string) => void,
    // deno-lint-ignore beach/steady-clock -- who reads an audit puts it beside other things by the time of day
    clock: () => number = () => Date.now(),
  ): AuditFile {
    let file: Deno.FsFile | undefined;
    try {
      file = Deno.openSync(path, { read: true, append: true, create: true, mode: MODE });
      return new AuditFile(file, take(file, path), onfault, clock);
    } catch (cause) {
      file?.close();
      if (cause instanceof Failure) throw cause;
      const hint = cause instanceof Error ? cause.message.split("\n")[0]!.replace(/\.$/, "") : undefined;
      throw new Failure({ what: "The audit can't be written", value: path, hint, code: USAGE, cause });
    }
  }

  /** Writes one line; nothing after a fault. */
  write(entry: Entry): void {
    this.#put(entry, "");
  }

  /** Says that the host ended in order. */
  [Symbol.dispose](): void {
    this.write({ event: "closed" });
    this.#over = true;
    this.file.close();
  }

  /** @param before ends the line before */
  #put(entry: Entry, before: "" | "\n"): void {
    if (this.#over) return;
    const { line, after } = link(this.#place, this.clock(), entry);
    const bytes = before === "" ? line : new Uint8Array([LF, ...line]);
    try {
      for (let at = 0; at < bytes.length;) at += this.file.writeSync(bytes.subarray(at));
      this.#place = after;
    } catch (error) {
      this.#over = true;
      this.onfault(`The audit ended early: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/** Where the chain goes on, what ends the line before it, and how many bytes of a line that was cut off are there. */
interface Tail {
  readonly place: Place;
  readonly before: "" | "\n";
  readonly cut: number;
}

/** Takes the file for us alone, and reads its end. */
function take(file: Deno.FsFile, path: string): Tail {
  const { isFile, isCharDevice, size } = file.statSync();
  if (!isFile) {
    if (isCharDevice) return { place: BEGIN, before: "", cut: 0 };
    throw new Failure({ what: "The audit needs a file", value: path, hint: "Name another one", code: USAGE });
  }
  if (!file.tryLockSync(true)) {
    throw new Failure({
      what: "Another host writes this audit",
      value: path,
      hint: "Name another file for this one",
      code: USAGE,
    });
  }
  // What was typed may be in it.
  if (Deno.build.os !== "windows") Deno.chmodSync(path, MODE);
  return tailOf(lastBytes(file, size), size, path);
}

/** Enough for a line that was cut off and the whole one before it. */
function lastBytes(file: Deno.FsFile, size: number): Uint8Array {
  const bytes = new Uint8Array(Math.min(size, 2 * MAX_LINE + 1));
  file.seekSync(size - bytes.length, Deno.SeekMode.Start);
  let length = 0;
  while (length < bytes.length) {
    const read = file.readSync(bytes.subarray(length));
    if (read === null) break;
    length += read;
  }
  return bytes.subarray(0, length);
}

function tailOf(bytes: Uint8Array, size: number, path: string): Tail {
  if (size === 0) return { place: BEGIN, before: "", cut: 0 };
  const end = bytes.lastIndexOf(LF) + 1;
  const cut = bytes.subarray(end);
  const line = bytes.subarray(bytes.subarray(0, Math.max(0, end - 1)).lastIndexOf(LF) + 1, end);
  const read = end === 0 ? null : readLine(line);
  const fresh = end === 0 && size <= MAX_LINE && new TextDecoder().decode(cut).startsWith('{"n":0,');
  if (read === null && !fresh) {
    throw new Failure({
      what: "The file does not end as an audit does",
      value: path,
      hint: "Look at it with beach audit, or name another file",
      code: USAGE,
    });
  }
  const lines = read === null ? 0 : read.n + 1;
  if (cut.length === 0) return { place: { lines, head: hashOf(line) }, before: "", cut: 0 };
  const ended = new Uint8Array([...cut, LF]);
  const missed = readLine(ended);
  const head = hashOf(ended);
  // All but the end of the line may be there.
  return missed === null
    ? { place: { lines, head }, before: "\n", cut: cut.length }
    : { place: { lines: missed.n + 1, head }, before: "\n", cut: 0 };
}
