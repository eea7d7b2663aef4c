/** Our own terminal: raw mode, its size, its input and output, and its restoration at the end. */
import { Failure } from "../process/failure.ts";
import { keys } from "./keyboard.ts";
import { OutputQueue } from "./output_queue.ts";
import { TtyModes } from "./tty_modes.ts";
import { utf8Switch } from "./utf8_switch.ts";
import { terminalIsRaw } from "../signals/watchdog.ts";

export interface TtySize {
  readonly cols: number;
  readonly rows: number;
}

export interface TtyEvents {
  /**
   * The input: what the person typed, or the terminal answered. The receiver owns the bytes. Until a promise that it returns is settled
   * nothing more is read: the terminal then holds a paste as for a slow program.
   */
  readonly oninput: (bytes: Uint8Array) => void | Promise<void>;
  readonly onresize?: (size: TtySize) => void;
  /** The process continues after a stop (`kill -STOP`, a shell's `fg`): the terminal may show something else now. */
  readonly onresume?: () => void;
  /** The window is closed; nothing can be shown or typed any more. Called once. */
  readonly ongone: () => void;
}

/** The size assumed for a terminal without one (a serial line, some CI). */
const FALLBACK: TtySize = { cols: 80, rows: 24 };
/** One read holds any key and most pastes. */
const READ = 64 * 1024;
/** The shortest pause between two reads of an empty non-blocking stdin, in ms: too short to notice. */
const LOOK = 4;
/** Both move one line down. */
const LF = 0x0a;
const VT = 0x0b;

/** Terminals in raw mode: {@link restoreTerminals} restores them in any case. */
const open = new Set<Tty>();

/** Restores every open terminal at once. For the end of the process; never throws. */
export function restoreTerminals(): void {
  for (const tty of [...open]) tty.restoreNow();
}

/** Whether stdin and stdout are a person's terminal. */
export function hasTerminal(): boolean {
  return keys().isTerminal() && Deno.stdout.isTerminal();
}

/** The size of our terminal in cells. */
export function terminalSize(): TtySize {
  try {
    const { columns, rows } = Deno.consoleSize();
    if (columns > 0 && rows > 0) return { cols: columns, rows };
  } catch {
    // No terminal, or one that does not report its size.
  }
  return FALLBACK;
}

/**
 * The terminal at stdin and stdout in raw mode, until it is disposed. Only one may be open.
 *
 *     using tty = Tty.open({ oninput: (bytes) => pty.write(bytes), ongone: () => stop() });
 *     await tty.write(bytes);
 */
export class Tty implements Disposable {
  readonly #modes = new TtyModes();
  readonly #output: OutputQueue;
  readonly #stack = new DisposableStack();
  readonly #utf8 = utf8Switch(Deno.env.toObject());
  #size = terminalSize();
  /** How it was found is on its way to it: nothing may come after that. */
  #restored = false;
  #closed = false;
  #gone = false;

  private constructor(private readonly events: TtyEvents) {
    this.#output = new OutputQueue((bytes) => Deno.stdout.write(bytes), () => this.#leave());
    this.#stack.defer(() => open.delete(this));
    open.add(this);
    keys().setRaw(true);
    terminalIsRaw(true);
    this.#stack.defer(() => setCooked());
    this.#on("SIGWINCH", () => this.#resized());
    this.#on("SIGCONT", () => this.#resumed());
    if (this.#utf8.on !== "") void this.#output.write(new TextEncoder().encode(this.#utf8.on));
    void this.#read();
  }

  /** Throws {@link Failure} where stdin or stdout is no terminal. */
  static open(events: TtyEvents): Tty {
    if (!hasTerminal()) {
      throw new Failure({
        what: `No terminal: ${keys().isTerminal() ? "stdout" : "stdin"} is a pipe or a file`,
        hint: "Run it in a terminal (over ssh: ssh -t), or open the host's link in a browser",
      });
    }
    if (open.size > 0) throw new Error("the terminal is open already");
    return new Tty(events);
  }

  get size(): TtySize {
    return this.#size;
  }

  /** Bytes that the terminal has not taken yet. */
  get pending(): number {
    return this.#output.pending;
  }

  /** Shows `bytes`, after what was shown before. Settles when the terminal has taken them: false if the window is gone or {@link close} was called. */
  write(bytes: Uint8Array): Promise<boolean> {
    if (this.#restored || this.#closed) return Promise.resolve(false);
    this.#modes.read(bytes);
    return this.#output.write(withoutLineFeeds(bytes));
  }

  /** Whether what was written switched to the alternate screen. */
  get alternate(): boolean {
    return this.#modes.alternate;
  }

  /** What takes back every mode that was set by what was written. */
  get restoring(): string {
    return this.#modes.restore(this.#size.cols);
  }

  /** Settles when everything written so far is shown. */
  drain(): Promise<void> {
    return this.#output.drain();
  }

  /** Waits for what was written, then leaves the terminal as it was found; `last` is shown in it, as it is. */
  async close(last = ""): Promise<void> {
    if (this.#restored || this.#closed) return;
    this.#restored = true;
    await this.#output.write(new TextEncoder().encode(this.restoring + last + this.#utf8.off));
    this[Symbol.dispose]();
  }

  /** As {@link close}, but at once, and the next text begins on a new line: for the end of the process, where nothing waits any more. */
  restoreNow(): void {
    if (!this.#closed && !this.#gone) writeNow(this.restoring + "\r\n" + this.#utf8.off);
    this[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stack.dispose();
  }

  #on(signal: Deno.Signal, listener: () => void): void {
    if (Deno.build.os === "windows") return;
    Deno.addSignalListener(signal, listener);
    this.#stack.defer(() => Deno.removeSignalListener(signal, listener));
  }

  #resized(): void {
    const size = terminalSize();
    if (size.cols === this.#size.cols && size.rows === this.#size.rows) return;
    this.#size = size;
    this.events.onresize?.(size);
  }

  #resumed(): void {
    try {
      // The shell that continued us may have left its own modes; Deno keeps those of the start for the end.
      keys().setRaw(true);
    } catch {
      return this.#leave();
    }
    this.#resized();
    this.events.onresume?.();
  }

  #leave(): void {
    if (this.#gone || this.#closed) return;
    this.#gone = true;
    this.events.ongone();
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(READ);
    while (!this.#closed) {
      try {
        const length = await keys().read(buffer);
        if (this.#closed) return;
        if (length === null) return this.#leave();
        await this.events.oninput(buffer.slice(0, length));
      } catch (error) {
        if (error instanceof Deno.errors.WouldBlock) {
          await new Promise((resolve) => setTimeout(resolve, LOOK));
        } else if (!(error instanceof Deno.errors.Interrupted)) return this.#leave();
      }
    }
  }
}

/**
 * `bytes` with VT for each LF: to terminals both mean one line down (VT100 User Guide, "Control characters"), but Deno's raw mode leaves
 * the terminal driver's output processing on, which would put a CR before each LF. What a shared program means by an LF alone would be lost.
 */
export function withoutLineFeeds(bytes: Uint8Array): Uint8Array {
  let at = bytes.indexOf(LF);
  if (at < 0) return bytes;
  const out = bytes.slice();
  for (; at >= 0; at = out.indexOf(LF, at + 1)) out[at] = VT;
  return out;
}

function setCooked(): void {
  terminalIsRaw(false);
  try {
    keys().setRaw(false);
  } catch {
    // The window is gone, and its modes with it.
  }
}

/** Writes without waiting its turn; what a full terminal does not take at once is lost. */
function writeNow(text: string): void {
  const bytes = new TextEncoder().encode(text);
  try {
    for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
  } catch {
    // The window is gone, or full and held: there is nobody to restore it for.
  }
}
