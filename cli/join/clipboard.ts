/** The host's writes to the clipboard of a viewer's terminal (OSC 52): the person there decides. Pure. */
import { escapeName } from "../terminal/key_press.ts";

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

/** The line that asks; `escape` is the byte that the escape key sends, or null for none. */
export function copyQuestion(bytes: number, escape: number | null): string {
  const how = escape === null
    ? "join with --clipboard allow for that"
    : `${escapeName(escape)} c copies, a always`;
  return `The host would copy ${bytes} bytes to your clipboard: ${how}`;
}

/** How many bytes the sequence's base64 stands for. */
function decodedLength(sequence: string): number {
  const [base64 = ""] = /^[A-Za-z0-9+/]*/.exec(sequence.slice(sequence.lastIndexOf(";") + 1)) ?? [];
  return Math.floor(base64.length * 3 / 4);
}
