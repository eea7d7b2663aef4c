import nodePty from "@lydell/node-pty";
import xterm from "@xterm/headless";
import { guardedEmulator } from "../../session/emulator/guarded_emulator.ts";
import { deadline, until } from "./deadline.ts";
import { Listeners } from "./listeners.ts";
import { descendants, endAll, type ProcessRef, readProcess, signalProcess } from "./process_tree.ts";
import { type Cell, readCells, screenText } from "./screen.ts";

export interface TerminalOptions {
  readonly cols?: number;
  readonly rows?: number;
  readonly cwd?: string;
  /** Added to this process's environment; `undefined` removes a variable. */
  readonly env?: Record<string, string | undefined>;
  /** Lines of scrollback that the emulator keeps. */
  readonly scrollback?: number;
}

/**
 * A person at a terminal: a command in a real PTY, its output on a headless xterm that answers queries as a terminal
 * does. Disposing it ends the command, and what it started, by id.
 *
 *     await using term = TerminalDriver.start(["bash"], { cols: 80, rows: 24 });
 *     term.type("echo $((6*7))\r");
 *     await term.waitForText(/^42$/m, 5000);
 */
export class TerminalDriver implements AsyncDisposable {
  readonly emulator: xterm.Terminal;
  /** Settles at the command's end, when the last output is on the screen. */
  readonly exited: Promise<{ readonly code: number; readonly signal: number }>;
  /** All bytes that came, newest last; bounded to the last MiB, for messages and for looking at escape sequences. */
  raw = "";
  /** How many times the bell rang; the last title. */
  bells = 0;
  title = "";
  /** Sees each piece of output as it comes, before it is parsed, with its time (`performance.now()`): for measuring. */
  onbytes: ((bytes: Uint8Array, at: number) => void) | null = null;
  readonly #pty: nodePty.IPty;
  readonly #changes = new Listeners();
  readonly #self: ProcessRef | undefined;
  #ended: { code: number; signal: number } | undefined;
  readonly #decoder = new TextDecoder();
  #unparsed = 0;

  private constructor(readonly argv: readonly string[], options: TerminalOptions) {
    const { cols = 80, rows = 24 } = options;
    const [command, ...args] = argv;
    if (command === undefined) throw new RangeError("an empty command; name a program");
    this.emulator = new xterm.Terminal({
      cols,
      rows,
      allowProposedApi: true,
      scrollback: options.scrollback ?? 10_000,
    });
    // As the terminals of today: columns as programs count them, clusters for those that ask.
    guardedEmulator(this.emulator);
    this.emulator.onBell(() => this.bells++);
    this.emulator.onTitleChange((title) => this.title = title);
    const env: Record<string, string> = { ...Deno.env.toObject(), TERM: "xterm-256color" };
    for (const [name, value] of Object.entries(options.env ?? {})) {
      if (value === undefined) delete env[name];
      else env[name] = value;
    }
    this.#pty = nodePty.spawn(command, args, {
      name: env.TERM ?? "xterm-256color",
      cols,
      rows,
      cwd: options.cwd ?? Deno.cwd(),
      env,
      encoding: null,
    });
    this.#self = readProcess(this.#pty.pid);
    this.emulator.onData((answer) => this.#write(answer));
    this.#pty.onData((data) => this.#show(data as unknown as Uint8Array));
    const { promise, resolve } = Promise.withResolvers<{ code: number; signal: number }>();
    this.exited = promise;
    this.#pty.onExit(({ exitCode, signal }) => {
      this.emulator.write("", () => {
        this.#ended = { code: exitCode, signal: signal ?? 0 };
        resolve(this.#ended);
        this.#changes.notify();
      });
    });
  }

  static start(argv: readonly string[], options: TerminalOptions = {}): TerminalDriver {
    return new TerminalDriver(argv, options);
  }

  get pid(): number {
    return this.#pty.pid;
  }

  /** Types `text` as it stands; Enter is `\r`, Ctrl-C is `\x03`. */
  type(text: string): void {
    this.#write(text);
  }

  /** Pastes as a terminal does: bracketed if the application asked for that. */
  paste(text: string): void {
    this.#write(this.emulator.modes.bracketedPasteMode ? `\x1b[200~${text}\x1b[201~` : text);
  }

  /** Resizes the window and the PTY together. */
  resize(cols: number, rows: number): void {
    this.emulator.resize(cols, rows);
    this.#pty.resize(cols, rows);
  }

  /** The screen's rows as text, trailing blanks removed, joined by `\n`. */
  screenText(): string {
    return screenText(this.emulator);
  }

  /** Every cell of the screen: characters, width, colours and attributes, for exact comparison. */
  cells(): Cell[][] {
    return readCells(this.emulator);
  }

  cursor(): { readonly x: number; readonly y: number } {
    const { cursorX: x, cursorY: y } = this.emulator.buffer.active;
    return { x, y };
  }

  /** Scrollback and screen, oldest line first, trailing blanks removed. */
  historyText(): string {
    return screenText(this.emulator, true);
  }

  /** Settles when `pattern` is on the screen (`^` and `$` need the `m` flag to mean a row). */
  waitForText(pattern: RegExp, ms: number): Promise<RegExpExecArray> {
    return this.waitFor(() => pattern.exec(this.screenText()) ?? undefined, ms, `${pattern} on the screen`);
  }

  /** Settles when `look` gives a value; it looks after each parsed piece of output. Rejects if the command ends first. */
  waitFor<T>(look: () => T | undefined | false, ms: number, what: string): Promise<T> {
    const orEnded = () => {
      const value = look();
      if ((value === undefined || value === false) && this.#ended) {
        throw new Error(
          `${this.argv.join(" ")} ended (${JSON.stringify(this.#ended)}) before ${what}\n${this.#picture()}`,
        );
      }
      return value;
    };
    return until(orEnded, this.#changes.subscribe, ms, what, () => this.#picture());
  }

  waitForExit(ms: number): Promise<{ readonly code: number; readonly signal: number }> {
    return deadline(this.exited, ms, `the end of ${this.argv.join(" ")}`, () => this.#picture());
  }

  /** Sends a signal to the command itself; false if it has ended. */
  kill(signal: Deno.Signal): boolean {
    return this.#ended === undefined && this.#self !== undefined && signalProcess(this.#self, signal);
  }

  /** Closes the window: the command gets SIGHUP from the kernel, as when a person closes it. */
  closeWindow(): void {
    // node-pty's Unix terminal has it; its declarations leave it out.
    (this.#pty as unknown as { destroy(): void }).destroy();
  }

  /** Descendants of the command that run now. */
  family(): ProcessRef[] {
    return descendants(this.pid);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const family = this.family();
    if (!this.#ended) {
      this.kill("SIGHUP");
      // Two seconds: what a clean shutdown may take on a busy machine with two cores.
      await deadline(this.exited, 2000, "a clean end").catch(() => this.kill("SIGKILL"));
    }
    await endAll(family);
    await deadline(this.exited, 2000, `the end of ${this.argv.join(" ")}`);
    this.emulator.dispose();
  }

  #write(text: string): void {
    if (!this.#ended) this.#pty.write(text);
  }

  #show(data: Uint8Array): void {
    this.onbytes?.(data, performance.now());
    // The emulator parses slower than a PTY delivers; pausing keeps the backlog, and so Ctrl-C, short.
    if (++this.#unparsed === 64) this.#pty.pause();
    this.raw = (this.raw + this.#decoder.decode(data, { stream: true })).slice(-1_048_576);
    this.emulator.write(data, () => {
      if (--this.#unparsed === 32) this.#pty.resume();
      this.#changes.notify();
    });
  }

  #picture(): string {
    return `screen of ${this.argv.join(" ")}:\n${this.screenText()}`;
  }
}
