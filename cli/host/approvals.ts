/** What the host's person is asked: who may join (`--approve`), and what viewers may reach. One question at a time. */
import { escapeName } from "../terminal/key_press.ts";

/** `always`: this and its like. `gone`: the question vanished. */
export type Answer = "yes" | "always" | "no" | "gone";

export interface Question {
  /** The line in `room` columns; `key`: what the escape key is called. */
  words(room: number, key: string): string;
  /** Whether `always` can be said. */
  readonly always: boolean;
}

/** A question that waits for its answer. */
export interface Asked {
  readonly question: Question;
  answer(answer: Answer): void;
}

/** Questions that wait; a viewer may want many things. */
const MAX_WAITING = 256;

/** Asks the host's person, one question after the other. */
export class Approvals implements Disposable {
  readonly #waiting: Asked[] = [];

  /**
   * @param key the byte that the escape key sends
   * @param changed called when another question is shown, or none
   */
  constructor(private readonly key: number, private readonly changed: () => void) {}

  /** The question that is shown. */
  get first(): Asked | undefined {
    return this.#waiting[0];
  }

  /** The question's line in `room` columns; null if none is shown. */
  words(room: number): string | null {
    return this.first?.question.words(room, escapeName(this.key)) ?? null;
  }

  /** Asks; settles with the answer. The question vanishes when `gone` aborts; beyond 256 the answer is no. */
  ask(question: Question, gone: AbortSignal): Promise<Answer> {
    if (gone.aborted) return Promise.resolve("gone");
    if (this.#waiting.length >= MAX_WAITING) return Promise.resolve("no");
    const { promise, resolve: answer } = Promise.withResolvers<Answer>();
    const asked = { question, answer };
    this.#waiting.push(asked);
    gone.addEventListener("abort", () => this.answer(asked, "gone"), { once: true });
    this.changed();
    return promise;
  }

  /** Answers one question; nothing happens if it is gone. */
  answer(asked: Asked, answer: Answer): void {
    const at = this.#waiting.indexOf(asked);
    if (at < 0) return;
    this.#waiting.splice(at, 1);
    asked.answer(answer);
    this.changed();
  }

  [Symbol.dispose](): void {
    for (const { answer } of this.#waiting.splice(0)) answer("gone");
  }
}
