import { deadline, until } from "./deadline.ts";
import { Listeners } from "./listeners.ts";
import { descendants, endAll, isAlive, type ProcessRef, readProcess, signalProcess } from "./process_tree.ts";

export interface SpawnOptions {
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  /** With `true` only `env` is passed on. */
  readonly clearEnv?: boolean;
}

export interface ExitStatus {
  readonly code: number;
  readonly signal: Deno.Signal | null;
}

/**
 * A command with pipes, whose stdout and stderr are kept as text. Disposing it ends it by its id, and its
 * descendants too, after it has told which of them would have been strays (`strays()`).
 *
 *     await using road = Spawned.start(["deno", "run", "-A", "main.ts", "road"]);
 *     await road.waitForOutput(/listening on (\S+)/, 10_000);
 */
export class Spawned implements AsyncDisposable {
  stdout = "";
  stderr = "";
  readonly exited: Promise<ExitStatus>;
  readonly #child: Deno.ChildProcess;
  readonly #changes = new Listeners();
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #self: ProcessRef | undefined;
  #family: ProcessRef[] = [];
  #status: ExitStatus | undefined;

  private constructor(readonly argv: readonly string[], child: Deno.ChildProcess) {
    this.#child = child;
    this.#self = readProcess(child.pid);
    this.#input = child.stdin.getWriter();
    // A child that ends early breaks the pipe; that is its own business and shows in its status.
    this.#input.closed.catch(() => {});
    const drained = Promise.all([
      this.#collect(child.stdout, (text) => this.stdout += text),
      this.#collect(child.stderr, (text) => this.stderr += text),
    ]);
    this.exited = child.status.then(async ({ code, signal }) => {
      // A descendant may hold the pipes open for ever: give the last bytes a moment, not more.
      await deadline(drained, 500, "the end of the output").catch(() => {});
      this.#status = { code, signal };
      this.#changes.notify();
      return this.#status;
    });
  }

  static start(argv: readonly string[], options: SpawnOptions = {}): Spawned {
    const [command, ...args] = argv;
    if (command === undefined) throw new RangeError("an empty command; name a program");
    const child = new Deno.Command(command, {
      args,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.env === undefined ? {} : { env: options.env }),
      clearEnv: options.clearEnv ?? false,
    }).spawn();
    return new Spawned(argv, child);
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Its status, once it has ended. */
  get status(): ExitStatus | undefined {
    return this.#status;
  }

  /** The complete lines of stdout so far. */
  lines(): string[] {
    return this.stdout.split("\n").slice(0, -1);
  }

  /** Settles when `pattern` (not global) is in stdout or stderr. Rejects at `ms`, or if the command ends without it. */
  waitForOutput(pattern: RegExp, ms: number): Promise<RegExpExecArray> {
    return this.waitFor(
      () => pattern.exec(this.stdout) ?? pattern.exec(this.stderr) ?? undefined,
      ms,
      `${pattern}`,
    );
  }

  /** Settles with the first complete stdout line that `choose` takes, e.g. a JSON event of a kind. */
  waitForLine<T>(choose: (line: string) => T | undefined | false, ms: number, what = "a line"): Promise<T> {
    const look = () => {
      for (const line of this.lines()) {
        const chosen = choose(line);
        if (chosen !== undefined && chosen !== false) return chosen;
      }
      return undefined;
    };
    return this.waitFor(look, ms, what);
  }

  /** Settles when `look` gives a value, looking at each new output. Rejects if the command ends without it. */
  waitFor<T>(look: () => T | undefined | false, ms: number, what: string): Promise<T> {
    const orEnded = () => {
      const value = look();
      if ((value === undefined || value === false) && this.#status) {
        throw new Error(
          `${this.argv.join(" ")} ended (${JSON.stringify(this.#status)}) before ${what}\n${this.tail()}`,
        );
      }
      return value;
    };
    return until(
      orEnded,
      this.#changes.subscribe,
      ms,
      `${what} from ${this.argv.join(" ")}`,
      () => this.tail(),
    );
  }

  /** Its end, within `ms`. */
  waitForExit(ms: number): Promise<ExitStatus> {
    return deadline(this.exited, ms, `the end of ${this.argv.join(" ")}`, () => this.tail());
  }

  async write(text: string | Uint8Array): Promise<void> {
    await this.#input.write(typeof text === "string" ? new TextEncoder().encode(text) : text);
  }

  async closeInput(): Promise<void> {
    await this.#input.close().catch(() => {});
  }

  /** Sends `signal`; false if it has ended. Note its descendants first: they are lost to sight when it dies. */
  kill(signal: Deno.Signal = "SIGTERM"): boolean {
    this.noteFamily();
    if (this.#status) return false;
    return this.#self === undefined ? killPlain(this.#child, signal) : signalProcess(this.#self, signal);
  }

  /** Remembers the descendants of now, so that {@link strays} can tell of them later. */
  noteFamily(): void {
    const known = new Set(this.#family.map((ref) => `${ref.pid} ${ref.started}`));
    for (const ref of descendants(this.pid)) {
      if (!known.has(`${ref.pid} ${ref.started}`)) this.#family.push(ref);
    }
  }

  /** Descendants that were noted and still run. After the command's end they are strays. */
  strays(): ProcessRef[] {
    return this.#family.filter(isAlive);
  }

  /** The last of what it wrote, for messages. */
  tail(): string {
    return `stdout: ${this.stdout.slice(-2000)}\nstderr: ${this.stderr.slice(-2000)}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.noteFamily();
    await this.closeInput();
    if (this.kill("SIGTERM")) {
      // Two seconds: what a clean shutdown may take on a busy machine with two cores.
      await deadline(this.exited, 2000, "a clean end").catch(() => this.kill("SIGKILL"));
    }
    await endAll(this.strays());
    await this.exited;
  }

  async #collect(stream: ReadableStream<Uint8Array>, add: (text: string) => void): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of stream) {
      add(decoder.decode(bytes, { stream: true }));
      this.#changes.notify();
    }
  }
}

function killPlain(child: Deno.ChildProcess, signal: Deno.Signal): boolean {
  try {
    child.kill(signal);
    return true;
  } catch {
    return false;
  }
}

/**
 * Does `work` for 1 to `count`, `lanes` at a time, in order of their begin. Rejects with the first fault, once all lanes are over: none begins
 * more work after it.
 */
export async function inLanes(
  count: number,
  lanes: number,
  work: (number: number) => Promise<void>,
): Promise<void> {
  const faults: unknown[] = [];
  let next = 1;
  const lane = async () => {
    while (next <= count && faults.length === 0) await work(next++).catch((error) => void faults.push(error));
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  if (faults.length > 0) throw faults[0];
}
