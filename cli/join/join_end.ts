/** How `beach join` ends: once, with an exit status and what remains in the terminal, or with a failure. */
import type { Ended } from "../../session/runtime/viewer_runtime.ts";
import { Failure } from "../process/failure.ts";
import { aborted } from "../process/wait.ts";

/** With the command's status, or because the person left (code 0). */
export interface End {
  readonly code: number;
  readonly words: string;
}

/** The exit code after Ctrl-C, as a shell reports it. */
const INTERRUPTED = 130;

/** How a join ended: the exit code and the last line. */
export class JoinEnd {
  readonly #over = Promise.withResolvers<End>();
  readonly #first: Promise<End>;

  /**
   * @param code the session's id, as the person knows it
   * @param lineStart whether the cursor is at the start of a line: the command's last output may be its prompt, or half a line
   * @param stop a signal ends the process
   */
  constructor(
    private readonly code: string,
    private readonly lineStart: () => boolean,
    stop: AbortSignal,
  ) {
    // It may happen before anyone waits for it: then the awaited result says more.
    this.#over.promise.catch(() => {});
    this.#first = Promise.race([
      this.#over.promise,
      aborted(stop).then((): End => ({ code: 0, words: "\r\n" })),
    ]);
    this.#first.catch(() => {});
  }

  /** Settles with the first end; rejects with a failure. */
  get first(): Promise<End> {
    return this.#first;
  }

  fail(failure: Failure): void {
    this.#over.reject(failure);
  }

  /** The session is over. */
  ended(ended: Ended): void {
    switch (ended.kind) {
      case "exited": {
        const { code, signal } = ended;
        const how = signal === 0
          ? `the command exited with ${code}`
          : `the command was ended by signal ${signal}`;
        return this.#over.resolve({ code, words: `${this.#ownLine}The session ended: ${how}.\r\n` });
      }
      case "ended":
        return this.fail(new Failure({ what: `The session ended: ${ended.why}` }));
      case "lost":
        return this.fail(new Failure({ what: ended.why, hint: "Ask for a new code" }));
      case "left":
        return; // we said so
    }
  }

  /** The person leaves; `interrupted`: by Ctrl-C, before the session was there; `inside`: it was. */
  leave(interrupted: boolean, inside: boolean): void {
    const goesOn = inside ? `Left ${this.code}; the session goes on.` : `Gave up on ${this.code}.`;
    this.#over.resolve({
      code: interrupted ? INTERRUPTED : 0,
      words: `${interrupted ? "^C\r\n" : ""}${this.#ownLine}${goesOn}\r\n`,
    });
  }

  get #ownLine(): string {
    return this.lineStart() ? "" : "\r\n";
  }
}
