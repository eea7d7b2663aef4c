/** The terminal that a host shares: its emulator, its viewers, its command's input and output, and one size for all. */
import type { Size } from "../../frames/size.ts";
import { HostRuntime } from "../../session/runtime/host_runtime.ts";
import { SYSTEM_CLOCK } from "../../session/runtime/clock.ts";
import type { Log } from "../../transport/log.ts";
import { Emulator } from "../emulator/emulator.ts";
import type { SizePolicy } from "../options/values.ts";
import type { Pty, PtyExit } from "../pty/pty.ts";
import { type Follower, SharedTerminal } from "./shared_terminal.ts";
import { decideSize, FALLBACK } from "./size_policy.ts";

export interface HostTerminalOptions {
  /** Who decides the size; absent: our own window, or the writer who typed last. */
  readonly size: SizePolicy | undefined;
  /** The window of the host's person; undefined if the session is not shown here. */
  readonly window: Size | undefined;
  /** Rows kept above the screen. */
  readonly scrollback: number;
  readonly forceSingleChannel: boolean;
  readonly fallbackLoss: number;
  readonly log: Log;
  /** Whether anyone would read which channel each message uses. */
  readonly debugging: boolean;
  /** Somebody typed, here or at a viewer. */
  readonly typed: () => void;
  /** The emulator failed: the session cannot go on. */
  readonly failed: (error: Error) => void;
}

/** The host's own terminal, where it shows the session. */
export class HostTerminal implements Disposable {
  readonly emulator: Emulator;
  readonly runtime: HostRuntime;
  readonly #shared: SharedTerminal;
  /** Our own screen's window as it is now, once there is one. */
  ownWindow: () => Size | undefined = () => undefined;
  /** Hears what the host's person types. */
  ontyped: (bytes: Uint8Array) => void = () => {};

  constructor(private readonly options: HostTerminalOptions) {
    const { window, scrollback, log } = options;
    const size = decideSize(options.size, window, [], window ?? FALLBACK);
    this.emulator = new Emulator({
      ...size,
      scrollback,
      onReply: (bytes) => this.#shared.answer(bytes),
      onPressure: (pause) => this.#shared.press(pause),
      onTitle: (title) => this.runtime.session.title = title,
      onFailure: options.failed,
    });
    this.runtime = new HostRuntime(
      {
        type: (bytes) => this.#typedElsewhere(bytes),
        snapshot: () => this.emulator.snapshot(),
        lines: (from, to) => this.emulator.lines(from, to),
        picture: (id) => this.emulator.picture(id),
        log: (words) => log("debug", words),
        ...(options.debugging && { trace: (words: string) => log("debug", words) }),
        windowChanged: () => this.resize(),
      },
      { ...size, singleChannel: options.forceSingleChannel, fallbackLoss: options.fallbackLoss },
      SYSTEM_CLOCK,
    );
    this.#shared = new SharedTerminal(this.emulator, this.runtime.session);
  }

  get size(): Size {
    return this.runtime.size;
  }

  /** Whether the command was started. */
  get running(): boolean {
    return this.#shared.running;
  }

  /** A window changed, or the writer who typed last. */
  resize(): void {
    const { size, viewers } = this.runtime.session;
    this.#shared.resize(decideSize(this.options.size, this.ownWindow(), viewers.values(), size));
  }

  /** Types input of the host's person. Until the promise settles nothing more is read from the person. */
  type(bytes: Uint8Array): Promise<void> | void {
    this.options.typed();
    this.ontyped(bytes);
    return this.#shared.typeHere(bytes);
  }

  /** Gives `follower` all output from now on. */
  follow(follower: Follower): void {
    this.#shared.follow(follower);
  }

  /** Shows viewers and our own screen a text, where no command prints. */
  print(text: string): void {
    this.#shared.print(new TextEncoder().encode(text));
  }

  /** Starts the command's output; settles with its end when all of it was handled. */
  run(pty: Pty): Promise<PtyExit> {
    return this.#shared.run(pty);
  }

  [Symbol.dispose](): void {
    this.#shared[Symbol.dispose]();
    this.runtime[Symbol.dispose]();
    this.emulator[Symbol.dispose]();
  }

  #typedElsewhere(bytes: Uint8Array): Promise<void> {
    // The writer who typed last may decide the size.
    if (!this.options.window || this.options.size?.kind === "writer") this.resize();
    this.options.typed();
    return this.#shared.type(bytes);
  }
}
