/** What is typed at our own terminal, and the time that passes over it: an escape key waits for its command, the begin of a sequence for its end. */
import { type Commands, EscapeParser, type Typed } from "./escape.ts";

/**
 * How long the escape key waits, ms. A full-screen program may have it (vim's Ctrl-^ must not seem to hang): as long as readline waits for the rest of
 * a key sequence (`keyseq-timeout`). No shell has it: there is time to look for the second key.
 */
const MOMENT = { fullScreen: 500, shell: 1000 } as const;
/** How long the begin of a sequence is held, ms: its end comes with the next packet of any line, and who typed it hardly waits. */
const PART = 50;
/** A timer this late says that we were busy or stopped: what was typed meanwhile is read first; ms. */
const LATE = 100;

/** How long the escape key waits for its command, ms. */
export function moment(fullScreen: boolean): number {
  return fullScreen ? MOMENT.fullScreen : MOMENT.shell;
}

/** @template C a command */
export class Typing<C> implements Disposable {
  readonly #parser: EscapeParser<C>;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param key the byte that the escape key sends, or null for none
   * @param commands those that are known now
   * @param typed gets what was typed, in order
   * @param answered gets what the terminal answers
   */
  constructor(
    key: number | null,
    commands: () => Commands<C>,
    private readonly typed: (typed: readonly Typed<C>[]) => void,
    answered?: (answer: Uint8Array) => void,
  ) {
    this.#parser = new EscapeParser(key, commands, answered);
  }

  /** Takes what the terminal sent. */
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
