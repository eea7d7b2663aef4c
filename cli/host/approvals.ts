/** Who waits for the host's person to say yes or no (`--approve`): one question at a time. */
import { escapeName } from "../terminal/key_press.ts";
import { type Asker, question } from "./approval_prompt.ts";

/** One who asks. */
export interface Asked {
  readonly asker: Asker;
  answer(yes: boolean): void;
}

/** Asks the host's person about each new viewer (`--approve`), one after the other. */
export class Approvals implements Disposable {
  readonly #waiting: Asked[] = [];

  /**
   * @param key the byte that the escape key sends
   * @param changed another question stands now, or none
   */
  constructor(private readonly key: number, private readonly changed: () => void) {}

  /** The question that stands. */
  get first(): Asked | undefined {
    return this.#waiting[0];
  }

  /** The question's line in `room` columns; null if none stands. */
  words(room: number): string | null {
    return this.first ? question(this.first.asker, room, escapeName(this.key)) : null;
  }

  /** Asks; settles with the answer. The question vanishes, as a no, when `gone` aborts. */
  ask(asker: Asker, gone: AbortSignal): Promise<boolean> {
    if (gone.aborted) return Promise.resolve(false);
    const { promise, resolve: answer } = Promise.withResolvers<boolean>();
    const asked = { asker, answer };
    this.#waiting.push(asked);
    gone.addEventListener("abort", () => this.answer(asked, false), { once: true });
    this.changed();
    return promise;
  }

  /** Answers one question; nothing happens if it is gone. */
  answer(asked: Asked, yes: boolean): void {
    const at = this.#waiting.indexOf(asked);
    if (at < 0) return;
    this.#waiting.splice(at, 1);
    asked.answer(yes);
    this.changed();
  }

  [Symbol.dispose](): void {
    for (const { answer } of this.#waiting.splice(0)) answer(false);
  }
}
