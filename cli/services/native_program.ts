/**
 * A program that speaks the browsers' native messaging: JSON with a length before it on its standard input and output
 * (https://developer.chrome.com/docs/extensions/develop/concepts/native-messaging).
 */
import { ByteReader, type ByteSource } from "../../session/services/byte_reader.ts";
import { framed, nextJson } from "../../session/services/messages.ts";
import { ServiceError } from "../../session/streams/service_error.ts";

/** A program that was told of the end has this long before SIGTERM, and from there before SIGKILL; ms. */
const END_PATIENCE = 2000;
const TERM_PATIENCE = 5000;
/** Bytes that are read at once: a pipe has no more. */
const PIECE = 64 * 1024;
/** The longest line of its standard error that is logged, and how much of it is kept before a line is whole; characters. */
const MAX_LINE = 400;

const WINDOWS = Deno.build.os === "windows";

export interface NativeProgramOptions {
  /** What a shell runs, as the host's person wrote it. */
  readonly command: string;
  /** The whole environment of the program. */
  readonly env: Readonly<Record<string, string>>;
  /** The largest message that either side may send, bytes. */
  readonly maxMessage: number;
  /** Gets what the program writes to its standard error, by lines. */
  readonly log: (line: string) => void;
}

/** One process. */
export class NativeProgram implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #output: ByteReader;
  readonly #maxMessage: number;
  /** Settles when the process has ended, with what that was. */
  readonly ended: Promise<Deno.CommandStatus>;
  /** Settles when nobody holds its standard error any more: all that the shell ran has ended. */
  readonly #silent: Promise<void>;
  #over: Promise<void> | undefined;

  /** Starts it. A command that is not there shows as a program that ends at once, since a shell starts it. */
  constructor({ command, env, maxMessage, log }: NativeProgramOptions) {
    const [shell, ...args] = WINDOWS
      ? ["cmd.exe", "/d", "/s", "/c", command] as const
      : ["/bin/sh", "-c", command] as const;
    this.#child = new Deno.Command(shell, {
      args,
      env,
      clearEnv: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      // A group of processes by itself: signals reach what the shell runs too, such as the programs of a pipeline.
      detached: !WINDOWS,
    }).spawn();
    this.#maxMessage = maxMessage;
    this.#input = this.#child.stdin.getWriter();
    // What is written after its end is told by the reader.
    this.#input.closed.catch(() => {});
    this.#output = new ByteReader(piecesOf(this.#child.stdout));
    this.ended = this.#child.status;
    this.#silent = logLines(this.#child.stderr, log);
  }

  /**
   * Gives one message to the program. Settles when its pipe has taken it.
   * @param json UTF-8, without a length
   * @throws {ServiceError} `gone` if it does not read any more
   */
  async send(json: Uint8Array): Promise<void> {
    try {
      await this.#input.write(framed(json));
    } catch {
      throw await this.gone();
    }
  }

  /**
   * Its next message, without the length; undefined if it closed its output between two of them.
   * @throws {ServiceError} `bad-answer` if that is too large or breaks off
   */
  async receive(): Promise<Uint8Array | undefined> {
    try {
      return await nextJson(this.#output, this.#maxMessage);
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      throw new ServiceError("bad-answer", `the program's answer: ${words}`);
    }
  }

  /** Nothing more will be sent: the end of its input, at which such programs end. */
  closeInput(): void {
    this.#input.close().catch(() => {});
  }

  /** Ends it: the end of its input, then SIGTERM, then SIGKILL. Settles when it is gone. Idempotent. */
  end(): Promise<void> {
    return this.#over ??= this.#end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }

  async #end(): Promise<void> {
    this.closeInput();
    // A program that is writing would wait for us for ever.
    this.#output.cancel().catch(() => {});
    if (await within(END_PATIENCE, this.ended)) return;
    this.#kill("SIGTERM");
    // The shell ends at once, what it ran may take its time.
    if (await within(TERM_PATIENCE, Promise.all([this.ended, this.#silent]))) return;
    this.#kill("SIGKILL");
    await this.ended;
  }

  #kill(signal: Deno.Signal): void {
    try {
      if (WINDOWS) this.#child.kill(signal);
      else Deno.kill(-this.#child.pid, signal);
    } catch {
      // It ended meanwhile.
    }
  }

  /** Why it answers no more, once it has ended. */
  async gone(): Promise<ServiceError> {
    const { code, signal } = await this.ended;
    return new ServiceError("gone", `the program ended with ${signal ?? `status ${code}`}`);
  }
}

/** Whether `what` settles within `ms`. */
async function within(ms: number, what: Promise<unknown>): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(() => resolve(false), ms);
  try {
    return await Promise.race([what.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What comes out of `pipe`. One buffer is read into again and again: a stream's own reader takes 64 KiB for each short message. */
function piecesOf(pipe: ReadableStream<Uint8Array>): ByteSource {
  const reader = pipe.getReader({ mode: "byob" });
  let buffer = new Uint8Array(PIECE);
  return {
    async read() {
      const { value, done } = await reader.read(buffer);
      if (done) return undefined;
      buffer = new Uint8Array(value.buffer);
      return value.slice();
    },
    cancel: (reason) => reader.cancel(reason),
  };
}

async function logLines(stream: ReadableStream<Uint8Array>, log: (line: string) => void): Promise<void> {
  let line = "";
  try {
    for await (
      const text of stream.pipeThrough<string>(new TextDecoderStream() as TransformStream<Uint8Array, string>)
    ) {
      const lines = (line + text).split("\n");
      line = lines.pop()!.slice(0, MAX_LINE);
      for (const whole of lines) log(whole.slice(0, MAX_LINE));
    }
  } catch {
    // Its pipe broke with its end.
  }
  if (line !== "") log(line);
}
