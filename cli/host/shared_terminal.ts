/** The command in its PTY with everything that follows its output: the emulator, the session's viewers, our own screen, a recording. */
import type { Size } from "../../frames/size.ts";
import type { HostSession } from "../../session/host/host_session.ts";
import { TYPED_LIMIT } from "../../session/sync/limits.ts";
import type { Emulator } from "../emulator/emulator.ts";
import type { Pty, PtyExit } from "../pty/pty.ts";

/** Our own terminal's view of the session (`host_screen.ts`), or a recording. */
export interface Follower {
  output(bytes: Uint8Array): void;
  resize(cols: number, rows: number): void;
  /** Bytes that it has not shown yet: the PTY waits for it as for any terminal. */
  readonly pending: number;
}

/** Output queued for a follower above which the PTY is paused, and below which it continues; bytes. A Ctrl-C waits behind it. */
const HIGH = 512 * 1024;
const LOW = 128 * 1024;
/** The interval of checks whether followers have caught up, in ms: they do not report it. */
const LOOK_AGAIN = 10;
/** Answers to queries are dropped while so much is unread, in bytes. A terminal driver drops them from 4 KiB on. */
const ANSWERS = 64 * 1024;
/** A terminal's input queue (`N_TTY_BUF_SIZE` of Linux), bytes. */
const EARLY = 4096;

/** The shared command, its PTY and its emulator. */
export class SharedTerminal implements Disposable {
  readonly #followers: Follower[] = [];
  #pty: Pty | undefined;
  /** Input from before the command was started. */
  readonly #early: number[] = [];
  #pressed = false;
  #held = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wanted: Size;
  #resizing = false;

  constructor(private readonly emulator: Emulator, private readonly session: HostSession) {
    this.#wanted = session.size;
  }

  /** Whether the command was started. */
  get running(): boolean {
    return this.#pty !== undefined;
  }

  follow(follower: Follower): void {
    this.#followers.push(follower);
  }

  /**
   * Input typed here or by a viewer, or an emulator's answer, in order of arrival. Settles when the command's terminal has accepted it, or
   * the command has ended; earlier input waits for the start, as far as a terminal would keep it.
   */
  type(bytes: Uint8Array): Promise<void> {
    if (this.#pty) return this.#pty.write(bytes);
    this.#early.push(...bytes.subarray(0, EARLY - this.#early.length));
    return Promise.resolve();
  }

  /** Types input of the host's person, of whom no more is read while much of it waits. */
  typeHere(bytes: Uint8Array): Promise<void> | void {
    const taken = this.type(bytes);
    if (this.#waiting >= TYPED_LIMIT) return taken;
  }

  /** Types the emulator's answer to a query. A program that keeps asking and reads nothing gets no more answers. */
  answer(bytes: Uint8Array): void {
    if (this.#waiting < ANSWERS) void this.type(bytes);
  }

  /** Bytes that the command's terminal has not accepted. */
  get #waiting(): number {
    return this.#pty?.pending ?? 0;
  }

  /** The emulator cannot keep up (true), or can again. */
  press(pressed: boolean): void {
    this.#pressed = pressed;
    this.#flow();
  }

  /** Output of our own, where there is no command. */
  print(bytes: Uint8Array): void {
    this.#output(bytes);
  }

  /** Starts the command's output; settles with its end when all of it was handled. */
  async run(pty: Pty): Promise<PtyExit> {
    this.#pty = pty;
    pty.onoutput = (bytes) => this.#output(bytes);
    void pty.write(Uint8Array.from(this.#early.splice(0)));
    this.#flow();
    return await pty.exited;
  }

  /**
   * Sets the size of PTY, emulator, viewers and followers. To lay out 100,000 rows again takes the emulator a while: of the sizes that come
   * meanwhile the newest waits.
   */
  resize(size: Size): void {
    this.#wanted = size;
    if (!this.#resizing) void this.#resize();
  }

  async #resize(): Promise<void> {
    this.#resizing = true;
    for (;;) {
      const { cols, rows } = this.#wanted;
      if (cols === this.session.size.cols && rows === this.session.size.rows) break;
      this.#pty?.resize(cols, rows);
      // One that is closed has told the session why.
      const laidOut = this.emulator.resize(cols, rows).catch(() => {});
      this.session.resize({ cols, rows });
      for (const follower of this.#followers) follower.resize(cols, rows);
      await laidOut;
    }
    this.#resizing = false;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  #output(bytes: Uint8Array): void {
    this.session.output(bytes);
    this.emulator.write(bytes);
    // Viewers are polled in a microtask of their own before this one: they have the longer way.
    queueMicrotask(() => {
      for (const follower of this.#followers) follower.output(bytes);
      this.#flow();
    });
  }

  #flow(): void {
    const waiting = Math.max(0, ...this.#followers.map((follower) => follower.pending));
    this.#held = waiting > (this.#held ? LOW : HIGH);
    if (this.#held || this.#pressed) this.#pty?.pause();
    else this.#pty?.resume();
    clearTimeout(this.#timer);
    if (this.#held) this.#timer = setTimeout(() => this.#flow(), LOOK_AGAIN);
  }
}
