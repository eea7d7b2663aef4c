/**
 * `node-pty` under Deno, with its faults mended (1.1.0 on Deno 2.9.6, measured on Linux):
 *
 * - 200 ms after the child's end it destroys its socket, and with it all output that a paused reader has not taken. Here the socket
 *   lives until it has been read to its end;
 * - once the kernel takes no more input (about 20 KB unread), Deno misses the moment when it does again, and the write never
 *   ends. {@link NativePty.poke} makes it look again;
 * - its terminal edits lines as no terminal of today does (`termios.ts`).
 */
import type { IPty } from "@lydell/node-pty";
import type { Buffer } from "node:buffer";
import { editAsTerminalsDo } from "./termios.ts";

// Not a static import: in the executable's one bundle every command, even `--version`, would unpack and load the native file.
const { default: nodePty } = await import("@lydell/node-pty");

export interface SpawnOptions {
  readonly file: string;
  readonly args: readonly string[];
  readonly cols: number;
  readonly rows: number;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** How the command ended, as `waitpid` reports it: a signal of 0 is none. */
export interface RawExit {
  readonly exitCode: number;
  readonly signal: number;
}

/** The private parts of `node-pty`'s Unix terminal that the corrections need. */
interface Socket {
  destroy(error?: Error & { code?: string; syscall?: string }): Socket;
  write(data: Uint8Array, done: (error?: Error | null) => void): boolean;
  on(event: "data", listener: (data: Buffer) => void): void;
  pause(): void;
  resume(): void;
  readonly readableLength: number;
  readonly _handle: { readStart(): void; readStop(): void } | null;
}

/** If a paused reader's backlog is empty and nothing came for so long after the child's end, nothing more will come; ms. */
const QUIET = 100;
/**
 * A job that the command left behind may print for ever. The command's own output is complete when reading was possible for this long since
 * its end, in ms, or when more came than any kernel buffers for a reader (Linux: 640 KiB, `TTYB_DEFAULT_MEM_LIMIT`), in bytes.
 */
const LAST_READ = 1000;
const LAST_BYTES = 1024 * 1024;

/** One PTY of `node-pty`. */
export class NativePty {
  onoutput: (bytes: Uint8Array) => void = () => {};
  onexit: (exit: RawExit) => void = () => {};
  readonly #pty: IPty;
  /** Undefined on Windows, where `node-pty` is a different program and is used unchanged. */
  readonly #socket: Socket | undefined;
  readonly #destroy: ((error?: Error) => void) | undefined;
  #paused = false;
  #childEnded = false;
  #quiet: ReturnType<typeof setTimeout> | undefined;
  /** What may still be read after the child's end: ms while reading is not paused, and bytes. */
  #last = { ms: LAST_READ, bytes: LAST_BYTES };
  /** When reading continued after the child's end, in ms; null while it is paused. */
  #readingSince: number | null = null;
  /** Set when the socket should be destroyed as soon as its backlog is delivered. */
  #ending: { readonly error?: Error } | null = null;

  /** Throws Error if the system has no PTY left. */
  constructor({ file, args, cols, rows, cwd, env }: SpawnOptions) {
    this.#pty = nodePty.spawn(file, [...args], { name: env.TERM, cols, rows, cwd, env, encoding: null });
    if (Deno.build.os !== "windows") editAsTerminalsDo((this.#pty as unknown as { _fd: number })._fd);
    this.#pty.onExit(({ exitCode, signal }) => {
      clearTimeout(this.#quiet);
      this.onexit({ exitCode, signal: signal ?? 0 });
    });
    if (Deno.build.os === "windows") {
      this.#pty.onData((data) => this.onoutput(data as unknown as Uint8Array));
      return;
    }
    const socket = this.#socket = (this.#pty as unknown as { _socket: Socket })._socket;
    const destroy = this.#destroy = socket.destroy.bind(socket);
    socket.destroy = (error) => {
      // A failed write does not affect what is still to be read.
      if (error?.syscall === "write") return socket;
      if (error === undefined && !this.#ending) this.#childEnds();
      else this.#end(error);
      return socket;
    };
    socket.on("data", (data) => {
      this.onoutput(data);
      if (this.#childEnded) {
        this.#last.bytes -= data.length;
        if (!this.#paused) this.#awaitQuiet();
      }
      if (this.#ending && socket.readableLength === 0) destroy(this.#ending.error);
    });
  }

  get pid(): number {
    return this.#pty.pid;
  }

  pause(): void {
    this.#paused = true;
    this.#countReading();
    this.#readingSince = null;
    clearTimeout(this.#quiet);
    this.#pty.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#pty.resume();
    if (this.#childEnded) this.#awaitQuiet();
  }

  /** Hands `piece` to the kernel; calls `done` when all of it was accepted, or never can be. */
  write(piece: Uint8Array, done: () => void): void {
    if (this.#socket) this.#socket.write(piece, () => done());
    else {
      // The declaration only allows strings; the function passes on what it gets.
      this.#pty.write(piece as unknown as string);
      done();
    }
  }

  /** Makes Deno try a write again that the kernel had no room for. */
  poke(): void {
    const handle = this.#socket?._handle;
    if (!handle) return;
    handle.readStop();
    handle.readStart();
    if (this.#paused) handle.readStop();
  }

  /** Throws RangeError for an invalid size; does nothing after the end. */
  resize(cols: number, rows: number): void {
    if (!(cols >= 1 && rows >= 1)) {
      throw new RangeError(`a terminal of ${cols}x${rows}; each side must be at least 1`);
    }
    try {
      this.#pty.resize(cols, rows);
    } catch {
      // The descriptor is closed: the command has ended.
    }
  }

  /** Sends a signal to the command and its process group; does nothing if they are gone. */
  signal(signal: Deno.Signal): void {
    for (const target of Deno.build.os === "windows" ? [this.pid] : [-this.pid, this.pid]) {
      try {
        Deno.kill(target, signal);
      } catch {
        // The process is gone already.
      }
    }
  }

  /** Closes our side; unread output is lost, and the kernel sends SIGHUP to the foreground jobs. */
  hangUp(): void {
    clearTimeout(this.#quiet);
    this.#destroy?.();
  }

  #childEnds(): void {
    this.#childEnded = true;
    if (!this.#paused) this.#awaitQuiet();
  }

  /** A process that was left behind keeps the terminal open, so the end of reading never comes by itself. */
  #awaitQuiet(): void {
    clearTimeout(this.#quiet);
    this.#countReading();
    this.#readingSince ??= performance.now();
    if (this.#last.ms <= 0 || this.#last.bytes <= 0) return this.#end();
    this.#quiet = setTimeout(() => this.#end(), Math.min(QUIET, this.#last.ms));
  }

  #countReading(): void {
    if (this.#readingSince === null) return;
    const now = performance.now();
    // After more time than the timer's, we were busy and read nothing.
    this.#last.ms -= Math.min(QUIET, now - this.#readingSince);
    this.#readingSince = now;
  }

  #end(error?: Error): void {
    this.#ending ??= { error };
    if (this.#socket!.readableLength === 0) this.#destroy!(error);
  }
}
