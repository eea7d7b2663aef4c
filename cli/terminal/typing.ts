/** Handles typing at our own terminal over time: an escape key waits for its command, the beginning of a sequence for its end. */
import { type Commands, EscapeParser, type Typed } from "./escape.ts";

/**
 * How long the escape key waits, in ms. A full-screen program may use the key (vim's Ctrl-^ must not seem to hang): as long as readline
 * waits for the rest of a key sequence (`keyseq-timeout`). Shells do not use it, so there is time to find the second key.
 */
const MOMENT = { fullScreen: 500, shell: 1000 } as const;
/** How long the beginning of a sequence is held, in ms: its end comes with the next packet on any line, and a person hardly notices. */
const PART = 50;
/** A timer that is late by this much means that we were busy or stopped: what was typed meanwhile is read first; ms. */
const LATE = 100;

/** How long the escape key waits for its command, in ms. */
export function moment(fullScreen: boolean): number {
  return fullScreen ? MOMENT.fullScreen : MOMENT.shell;
}

/** @template C a command */
export class Typing<C> implements Disposable {
  readonly #parser: EscapeParser<C>;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param key the byte that the escape key sends, or null for none
   * @param commands returns the available commands
   * @param typed receives what was typed, in order
   * @param answered receives the terminal's answers
   */
  constructor(
    key: number | null,
    commands: () => Commands<C>,
    private readonly typed: (typed: readonly Typed<C>[]) => void,
    answered?: (answer: Uint8Array) => void,
  ) {
    this.#parser = new EscapeParser(key, commands, answered);
  }

  /** Handles the terminal's input. */
  read(bytes: Uint8Array): void {
    const now = performance.now();
    this.#tell(this.#parser.read(bytes, now));
    this.#wait(now);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  #tell(typed: readonly Typed<C>[]): void {
    if (typed.length > 0) this.typed(typed);
  }

  #wait(now: number): void {
    clearTimeout(this.#timer);
    const at = Math.min(this.#parser.until, this.#parser.holdsPart ? now + PART : Infinity);
    if (at < Infinity) this.#timer = setTimeout(() => this.#due(at), Math.max(0, at - now));
  }

  #due(at: number): void {
    const now = performance.now();
    if (now - at > LATE) {
      this.#timer = setTimeout(() => this.#due(now + PART), PART);
      return;
    }
    this.#tell(this.#parser.flush(now));
    if (now >= this.#parser.until) this.#tell(this.#parser.expire());
    this.#wait(now);
  }
}
