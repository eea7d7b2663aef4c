/** What the host copies into the clipboard of a viewer's terminal (OSC 52): the person there decides. Pure. */

export type ClipboardRule = "ask" | "allow" | "deny";

/** Asks the viewer's person before the session writes to the clipboard. */
export class Clipboard {
  #asked: string | undefined;

  /** `onask` is told how many bytes the host would copy, while an answer is awaited. */
  constructor(private rule: ClipboardRule, private readonly onask: (bytes: number) => void) {}

  /** Whether {@link answer} has something to allow. */
  get asks(): boolean {
    return this.#asked !== undefined;
  }

  /** The host would have this sequence written. Returns what is to be written at once. */
  request(sequence: string): string {
    if (this.rule === "allow") return sequence;
    if (this.rule === "ask") {
      this.#asked = sequence;
      this.onask(decodedLength(sequence));
    }
    return "";
  }

  /** The person allows what was asked last, or from now on all. Returns what is to be written now. */
  answer(always: boolean): string {
    if (always) this.rule = "allow";
    const asked = this.#asked ?? "";
    this.#asked = undefined;
    return asked;
  }

  /** The question is no longer shown: what it was about is not copied. */
  withdraw(): void {
    this.#asked = undefined;
  }
}

/** How many bytes the sequence's base64 stands for. */
function decodedLength(sequence: string): number {
  const [base64 = ""] = /^[A-Za-z0-9+/]*/.exec(sequence.slice(sequence.lastIndexOf(";") + 1)) ?? [];
  return Math.floor(base64.length * 3 / 4);
}
