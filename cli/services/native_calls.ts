/**
 * Calls of one viewer to one native program: a message in, a message out. They share a process, one at a time, since such programs answer in order
 * and name no request in their answers.
 */
import { ServiceError } from "../../session/streams/service_error.ts";
import type { NativeProgram } from "./native_program.ts";

/** A process that was not called for this long is ended; ms. */
const IDLE = 60_000;
/** Calls that wait for their turn, of one viewer to one program. */
const MAX_WAITING = 256;

/** A process between two calls, and the message that it will send next. */
interface Ready {
  readonly program: NativeProgram;
  readonly next: Promise<Uint8Array | undefined>;
  /** Whether a call waits for `next`. What comes without one, or an end, spoils the process: what it says next could not be told from an answer. */
  asked: boolean;
}

export interface NativeCallsOptions {
  readonly start: () => NativeProgram;
  /** How long one answer may take; ms. */
  readonly timeout: number;
}

/** The process for one viewer and one program, started by the first call. */
export class NativeCalls implements AsyncDisposable {
  #ready: Ready | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #idle: ReturnType<typeof setTimeout> | undefined;
  /** When the last call was answered; ms. */
  #usedAt = 0;
  /** Processes that were told to end. */
  readonly #ending = new Set<Promise<void>>();
  #over: ServiceError | undefined;
  /** Stops the call that is being answered. */
  #stop: ((why: Error) => void) | undefined;

  constructor(private readonly options: NativeCallsOptions) {}

  /**
   * The program's answer to `json`, both without a length.
   * @param signal ends the call, and with it the process: its late answer could not be told from the next one's
   * @throws {ServiceError} `timeout`, `gone`, `bad-answer`, `busy`; what `signal` was aborted with
   */
  async call(json: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
    if (this.#waiting >= MAX_WAITING) {
      throw new ServiceError("busy", `${MAX_WAITING} calls wait for this program already`);
    }
    this.#waiting++;
    const turn = this.#turn.then(() => this.#one(json, signal));
    this.#turn = turn.catch(() => {}).finally(() => this.#waiting--);
    return await turn;
  }

  /** Ends the process; settles when it is gone. Calls that wait fail with `gone`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#over = new ServiceError("gone", "the viewer is gone");
    this.#stop?.(this.#over);
    await this.#turn;
    this.#drop();
    await Promise.all(this.#ending);
  }

  async #one(json: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
    if (this.#over) throw this.#over;
    signal.throwIfAborted();
    const { program, next } = this.#take();
    const { promise: over, reject } = Promise.withResolvers<never>();
    const { timeout } = this.options;
    const late = setTimeout(
      () => reject(new ServiceError("timeout", `the program did not answer within ${timeout / 1000} s`)),
      timeout,
    );
    this.#stop = reject;
    const stopped = () => reject(signal.reason);
    signal.addEventListener("abort", stopped);
    try {
      // The answer may begin before all was read.
      const [answer] = await Promise.race([Promise.all([next, program.send(json)]), over]);
      if (answer === undefined) throw await program.gone();
      this.#ready = this.#listen(program);
      this.#usedAt = performance.now();
      this.#idle ??= setTimeout(() => this.#dropIdle(), IDLE);
      return answer;
    } catch (error) {
      this.#end(program);
      throw error;
    } finally {
      clearTimeout(late);
      signal.removeEventListener("abort", stopped);
      this.#stop = undefined;
    }
  }

  /** The process that is there, or another one. */
  #take(): Ready {
    const ready = this.#ready ?? this.#listen(this.options.start());
    this.#ready = undefined;
    ready.asked = true;
    return ready;
  }

  #listen(program: NativeProgram): Ready {
    const next = program.receive();
    const ready = { program, next, asked: false };
    const spoil = () => {
      if (ready.asked) return;
      if (this.#ready === ready) this.#ready = undefined;
      this.#end(program);
    };
    next.then(spoil, spoil);
    return ready;
  }

  /** A timer for each call would cost more than the call: one that was called meanwhile is looked at again. */
  #dropIdle(): void {
    this.#idle = undefined;
    const left = this.#usedAt + IDLE - performance.now();
    if (left <= 0) this.#drop();
    else this.#idle = setTimeout(() => this.#dropIdle(), left);
  }

  #drop(): void {
    clearTimeout(this.#idle);
    this.#idle = undefined;
    if (this.#ready) this.#end(this.#ready.program);
    this.#ready = undefined;
  }

  #end(program: NativeProgram): void {
    const ending = program.end().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }
}
