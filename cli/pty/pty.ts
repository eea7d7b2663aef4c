/** The shared command in a PTY: its output as bytes, without loss; input with backpressure; its end as a shell reports it. */
import { Failure } from "../process/failure.ts";
import { findCommand } from "./find_command.ts";
import { NativePty, type RawExit } from "./pty_native.ts";
import { PtyInput } from "./pty_input.ts";

export interface PtyOptions {
  /** The command and its arguments; the first is searched in the PATH of `env`. */
  readonly argv: readonly [string, ...string[]];
  readonly cols: number;
  readonly rows: number;
  /** Default: our current directory. */
  readonly cwd?: string;
  /** The whole environment: see `child_env.ts`. */
  readonly env: Readonly<Record<string, string>>;
}

/** `code` as a shell reports it: the exit code, or 128 + `signal`; `signal` 0 is none. */
export interface PtyExit {
  readonly code: number;
  readonly signal: number;
}

/** How long the command may take to end after SIGHUP before it is killed, in ms: enough for an editor to save its file. */
const GRACE = 1000;

/**
 * A running command.
 *
 *     await using pty = Pty.spawn({ argv: ["bash"], cols: 80, rows: 24, env });
 *     pty.onoutput = (bytes) => show(bytes);
 *     const { code } = await pty.exited;
 */
export class Pty implements AsyncDisposable {
  /** Settles with the command's end when the last byte of its output went to `onoutput`; never rejects. */
  readonly exited: Promise<PtyExit>;
  readonly #native: NativePty;
  readonly #input: PtyInput;
  #onoutput: ((bytes: Uint8Array) => void) | null = null;
  #held = false;
  #ended = false;

  private constructor(options: PtyOptions, file: string) {
    const [, ...args] = options.argv;
    this.#native = new NativePty({ ...options, file, args, cwd: options.cwd ?? Deno.cwd() });
    this.#native.pause();
    this.#input = new PtyInput(this.#native);
    const { promise, resolve } = Promise.withResolvers<PtyExit>();
    this.exited = promise;
    this.#native.onoutput = (bytes) => this.#onoutput?.(bytes);
    this.#native.onexit = (exit) => {
      this.#ended = true;
      this.#input.close();
      resolve(shellStatus(exit));
    };
  }

  /** Starts the command. Throws {@link Failure} if it does not exist or no PTY is left. */
  static spawn(options: PtyOptions): Pty {
    const cwd = options.cwd ?? Deno.cwd();
    const file = findCommand(options.argv[0], { path: options.env.PATH, cwd });
    try {
      return new Pty(options, file);
    } catch (cause) {
      throw new Failure({
        what: "The command could not be started in a terminal",
        value: options.argv[0],
        hint: cause instanceof Error ? cause.message.split("\n")[0] : undefined,
        cause,
      });
    }
  }

  get pid(): number {
    return this.#native.pid;
  }

  /** The one receiver of output. Nothing is read, and nothing lost, before it is set. The receiver owns the bytes. */
  get onoutput(): ((bytes: Uint8Array) => void) | null {
    return this.#onoutput;
  }
  set onoutput(receive: ((bytes: Uint8Array) => void) | null) {
    this.#onoutput = receive;
    this.#flow();
  }

  /** Stops reading: at most one more piece (64 KiB) comes, then the command blocks once the kernel's buffer is full. */
  pause(): void {
    this.#held = true;
    this.#flow();
  }

  resume(): void {
    this.#held = false;
    this.#flow();
  }

  #flow(): void {
    if (this.#held || this.#onoutput === null) this.#native.pause();
    else this.#native.resume();
  }

  /** Bytes of input that the command's terminal has not accepted. */
  get pending(): number {
    return this.#input.pending;
  }

  /** Types `bytes`. Settles when the terminal has accepted them or the command has ended; never rejects. */
  write(bytes: Uint8Array): Promise<void> {
    return this.#input.write(bytes);
  }

  /** Sets the command's window size in cells. Throws RangeError for sides below 1. */
  resize(cols: number, rows: number): void {
    this.#native.resize(cols, rows);
  }

  /**
   * Ends the command as a closing window does: SIGHUP to it and to its jobs, SIGKILL after a second. Output that was not read is lost.
   * Settles at its end; idempotent.
   */
  async close(): Promise<PtyExit> {
    if (!this.#ended) {
      this.#onoutput = null;
      this.#native.signal("SIGHUP");
      // A stopped process handles SIGHUP only when it runs again.
      if (Deno.build.os !== "windows") this.#native.signal("SIGCONT");
      this.#native.hangUp();
      const timer = setTimeout(() => this.#native.signal("SIGKILL"), GRACE);
      await this.exited;
      clearTimeout(timer);
    }
    return await this.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function shellStatus({ exitCode, signal }: RawExit): PtyExit {
  return { code: signal > 0 ? 128 + signal : exitCode, signal };
}
