/**
 * Queries our terminal for its colours, so that a shared program that asks gets the same answer (vim chooses its own colours by the
 * background), and removes the answers from the terminal's input: none may reach the shell, and no key may be lost.
 */
import { type Colours, parseColour, type Rgb } from "../../session/vt/colours.ts";

/** The palette colours that themes define. */
const PALETTE = 16;
/**
 * Queries foreground, background and cursor (OSC 10 to 12), the palette (OSC 4), and last DA1, which every terminal answers: no answer
 * follows it.
 */
export const QUESTION = [10, 11, 12].map((code) => `\x1b]${code};?\x1b\\`).join("") +
  Array.from({ length: PALETTE }, (_, index) => `\x1b]4;${index};?\x1b\\`).join("") + "\x1b[c";

/**
 * How long the command waits for the answers, in ms. A local terminal answers in 1 to 10 ms, one behind a slow line in a round trip; one
 * that never answers must not delay the command for long.
 */
const PATIENCE = 250;
/** How long leaving waits for the answers after the question, in ms: an answer that comes later would be typed into the person's shell. */
const LEAVING = 1000;
/**
 * How long the possible beginning of an answer that may also be a key is held, in ms: `ESC` with the bytes that follow it on any line. A
 * certain beginning is held for {@link LEAVING}.
 */
const PART = 50;
/** The longest answer, in bytes: `OSC 4 ; 15 ; rgb:ffff/ffff/ffff ST` has 29. */
const LONGEST = 64;

// deno-lint-ignore no-control-regex -- answers are escape sequences
const COLOUR = /^\x1b\](?:4;(\d{1,3})|(1[0-2]));([ -~]*)(?:\x07|\x1b\\)/;
// deno-lint-ignore no-control-regex -- the same
const ATTRIBUTES = /^\x1b\[\?[\d;]*c/;
// deno-lint-ignore no-control-regex -- the same, as far as it came
const BEGUN = /^\x1b(?:\](?:[14](?:[\d;][ -~]*\x1b?)?)?|\[(?:\?[\d;]*)?)?$/;
/** No key begins with more than so many bytes of an answer. */
const SURE = 3;

/** The query for the terminal's colours, from the question to the last answer. */
export class ColourQuestion implements Disposable {
  readonly #dynamic = new Map<number, Rgb>();
  readonly #palette = new Map<number, Rgb>();
  readonly #settled = Promise.withResolvers<void>();
  readonly #over = Promise.withResolvers<void>();
  readonly #timers: ReturnType<typeof setTimeout>[];
  #held = "";
  #holding: ReturnType<typeof setTimeout> | undefined;
  #done = false;

  /** @param typed receives the input that is no answer, in order */
  constructor(
    private readonly typed: (bytes: Uint8Array) => void,
    private readonly told: (colours: Colours) => void,
  ) {
    this.#timers = [
      setTimeout(() => this.#settle(), PATIENCE),
      setTimeout(() => this.#over.resolve(), LEAVING),
    ];
  }

  /** Settles with the last answer, or when the command should not wait any longer. */
  get settled(): Promise<void> {
    return this.#settled.promise;
  }
  /** Settles with the last answer, or when no answer can come any more. */
  get over(): Promise<void> {
    return this.#over.promise;
  }

  /** Handles the terminal's input. */
  read(bytes: Uint8Array): void {
    if (this.#done && this.#held === "") return this.typed(bytes);
    clearTimeout(this.#holding);
    // As Latin-1: one character per byte.
    let text = this.#held + Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
    this.#held = "";
    let keys = "";
    while (text !== "" && !this.#done) {
      const at = text.indexOf("\x1b");
      if (at !== 0) {
        keys += at < 0 ? text : text.slice(0, at);
        text = at < 0 ? "" : text.slice(at);
        continue;
      }
      const taken = this.#answer(text);
      if (taken === 0 && text.length < LONGEST && BEGUN.test(text)) {
        this.#hold(text);
        text = "";
      } else if (taken === 0) {
        keys += text[0];
        text = text.slice(1);
      } else text = text.slice(taken);
    }
    this.#type(keys + text);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#holding);
    this.#timers.forEach(clearTimeout);
  }

  /** The length of the answer at the beginning of `text`, in characters. */
  #answer(text: string): number {
    const attributes = ATTRIBUTES.exec(text);
    if (attributes) {
      this.#done = true;
      this[Symbol.dispose]();
      this.#settle();
      this.#over.resolve();
      return attributes[0].length;
    }
    const [all, index, code, value] = COLOUR.exec(text) ?? [];
    if (all === undefined) return 0;
    const colour = parseColour(value!);
    if (colour && code !== undefined) this.#dynamic.set(Number(code), colour);
    else if (colour && Number(index) < PALETTE) this.#palette.set(Number(index), colour);
    return all.length;
  }

  #settle(): void {
    this.told({ dynamic: this.#dynamic, palette: this.#palette });
    this.#settled.resolve();
  }

  #hold(text: string): void {
    this.#held = text;
    this.#holding = setTimeout(() => {
      this.#held = "";
      this.#type(text);
    }, text.length > SURE ? LEAVING : PART);
  }

  #type(latin1: string): void {
    if (latin1 !== "") this.typed(Uint8Array.from(latin1, (c) => c.charCodeAt(0)));
  }
}
