/** The host's writes to the clipboard of a viewer's terminal (OSC 52): the person there decides. Pure. */

export type ClipboardRule = "ask" | "allow" | "deny";

/** Asks the viewer's person before the session writes to the clipboard. */
export class Clipboard {
  #asked: string | undefined;

  /** `onask` gets the number of bytes that the host wants to copy, while an answer is awaited. */
  constructor(private rule: ClipboardRule, private readonly onask: (bytes: number) => void) {}

  /** Whether {@link answer} has something to allow. */
  get asks(): boolean {
    return this.#asked !== undefined;
  }

  /** The host wants to write this sequence. Returns what is written at once. */
  request(sequence: string): string {
    if (this.rule === "allow") return sequence;
    if (this.rule === "ask") {
      this.#asked = sequence;
      this.onask(decodedLength(sequence));
    }
    return "";
  }

  /** The person allows the last question, or everything from now on. Returns what is written now. */
  answer(always: boolean): string {
    if (always) this.rule = "allow";
    const asked = this.#asked ?? "";
    this.#asked = undefined;
    return asked;
  }

  /** The question is not shown any more: its text is not copied. */
  withdraw(): void {
    this.#asked = undefined;
  }
}

/** How many bytes the sequence's base64 stands for. */
function decodedLength(sequence: string): number {
  const [base64 = ""] = /^[A-Za-z0-9+/]*/.exec(sequence.slice(sequence.lastIndexOf(";") + 1)) ?? [];
  return Math.floor(base64.length * 3 / 4);
}
