/** Classifies typed bytes for the predictor: the keys whose effect it guesses, and all others. */
import { isAgreed } from "../unicode/agreed_width.ts";
import { charWidth } from "../unicode/char_width.ts";

export type Key =
  | { readonly kind: "char"; readonly char: string; readonly width: number }
  | { readonly kind: "backspace" | "enter" | "left" | "right" | "other" };

/**
 * Code points from here on may be wide, combining or joined: the predictor accepts only {@link PLAIN_LETTER} of them, and those that are
 * wide in every terminal.
 */
const FIRST_DOUBTFUL = 0x300;
/** Letters that occupy one cell in every terminal, join with no neighbour and run from left to right; after these, full-width ones. */
const PLAIN_LETTER =
  /^(?=\p{L})[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Armenian}\p{Script=Georgian}]$/u;
const LAST_PLAIN = 0x1fff;

/** The cursor keys, in normal and application mode. */
const ARROWS: Readonly<Record<string, "left" | "right">> = {
  "\x1b[C": "right",
  "\x1bOC": "right",
  "\x1b[D": "left",
  "\x1bOD": "left",
};

/** Splits typed bytes into keys. */
export class KeyReader {
  #text = new TextDecoder("utf-8", { fatal: false });
  #escape = "";

  /** The keys in `bytes`; a key that is incomplete at the end is returned by the next call. */
  read(bytes: Uint8Array): Key[] {
    const keys: Key[] = [];
    for (const char of this.#text.decode(bytes, { stream: true })) {
      const key = this.#one(char);
      if (key) keys.push(key);
    }
    return keys;
  }

  #one(char: string): Key | undefined {
    const code = char.codePointAt(0)!;
    if (this.#escape !== "") return this.#inEscape(char);
    if (char === "\x1b") {
      this.#escape = char;
      return undefined;
    }
    if (char === "\r") return { kind: "enter" };
    if (char === "\x7f" || char === "\b") return { kind: "backspace" };
    if (code < 0x20 || code >= 0x7f && code < 0xa0) return { kind: "other" };
    const plain = code < FIRST_DOUBTFUL || code <= LAST_PLAIN && PLAIN_LETTER.test(char);
    if (plain) return { kind: "char", char, width: 1 };
    return isAgreed(char) && charWidth(code) === 2 ? { kind: "char", char, width: 2 } : { kind: "other" };
  }

  #inEscape(char: string): Key | undefined {
    this.#escape += char;
    const introduced = this.#escape.length === 2 && (char === "[" || char === "O");
    const parameter = this.#escape.length > 2 && /[0-9;?<=>]/.test(char);
    if (introduced || parameter && this.#escape.length < 64) return undefined;
    const sequence = this.#escape;
    this.#escape = "";
    return { kind: ARROWS[sequence] ?? "other" };
  }
}
