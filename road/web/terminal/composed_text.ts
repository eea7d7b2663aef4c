/**
 * Text that no single key stands for: keyboards of phones, which guess, correct and replace words; input methods; emoji pickers. They
 * write into the terminal's hidden field. xterm.js looks at what was added at its end, and types all of it again where a word in
 * it was replaced; here the program is sent the difference, whatever the change was.
 */
import type { Terminal } from "@xterm/xterm";
import { paste } from "./clipboard.ts";

/** What a keydown says whose text only the field will tell. */
const UNKNOWN_KEY = 229;
/** Shift, Ctrl, Alt, Caps Lock: held while a word is composed, they end nothing. */
const MODIFIERS = [16, 17, 18, 20];

/** What takes a program that has `before` to `after`: Backspace for each character that goes, then the new ones. */
export function difference(before: string, after: string): string {
  const [old, now] = [[...before], [...after]];
  let same = 0;
  while (same < old.length && old[same] === now[same]) same++;
  return "\x7f".repeat(old.length - same) + now.slice(same).join("");
}

/** Text from an input method, sent once it is final. */
export class ComposedText {
  /** The field as the program has it. */
  #sent = "";
  /** `sent`: its first character went already, and the rest is let go. */
  #composing: boolean | "sent" = false;
  /** What is typed now comes out of the field. */
  #sending = false;
  /** A key that says itself what it types is down: xterm.js sends it. */
  #keyDown = false;
  readonly #field: HTMLTextAreaElement;
  readonly #view: HTMLElement;

  /**
   * @param held whether a key of the on-screen keys is held: then the next character goes at once, not when its word is finished
   */
  constructor(private readonly terminal: Terminal, private readonly held: () => boolean) {
    this.#field = terminal.textarea!;
    this.#view = terminal.element!.querySelector<HTMLElement>(".composition-view")!;
    // On the way down, so that xterm.js hears only what it is to take care of.
    const on = <K extends keyof HTMLElementEventMap>(name: K, act: (event: HTMLElementEventMap[K]) => void) =>
      terminal.element!.addEventListener(name, (event) => event.target === this.#field && act(event), true);
    on("keyup", () => this.#keyDown = false);
    on("blur", () => this.#keyDown = false);
    on("compositionstart", (event) => {
      event.stopImmediatePropagation();
      this.#sent = this.#field.value;
      this.#composing = true;
    });
    on("compositionupdate", (event) => {
      event.stopImmediatePropagation();
      if (this.#composing !== true) return;
      if (this.held() && event.data !== "") this.#cut([...event.data].at(-1)!);
      else this.#show(event.data);
    });
    on("compositionend", (event) => {
      event.stopImmediatePropagation();
      this.#finish();
    });
    on("beforeinput", () => {
      if (!this.#composing) this.#sent = this.#field.value;
    });
    on("input", (event) => {
      if (this.#keyDown) return;
      event.stopImmediatePropagation();
      if (!this.#composing) this.#send();
    });
  }

  /** Whether a keydown is none of xterm.js's business. */
  handles({ keyCode }: KeyboardEvent): boolean {
    this.#keyDown = keyCode !== UNKNOWN_KEY;
    if (!this.#keyDown) return true;
    if (!this.#composing) return false;
    if (MODIFIERS.includes(keyCode)) return true;
    // As Enter: the word goes first.
    this.#finish();
    return false;
  }

  /**
   * Something was typed. Where a key moved or changed what the field knows of the line, as an arrow, Tab or a paste does, the field is
   * emptied: the keyboard would go on to correct words that are not before the cursor any more.
   */
  typed(data: string): void {
    if (this.#sending || this.#composing || data.length === 1 && data >= " " && data !== "\x7f") return;
    this.#sent = "";
    if (this.#field.value !== "") this.#field.value = "";
  }

  /** Sends the composed text of now; later changes of it are sent as a difference. */
  #finish(): void {
    const sent = this.#composing === "sent";
    if (!this.#composing) return;
    this.#composing = false;
    this.#view.classList.remove("active");
    if (sent) this.#field.value = this.#sent = "";
    else this.#send();
  }

  /** Sends one character of a word that was begun, and lets go of the word. */
  #cut(character: string): void {
    this.#composing = "sent";
    this.terminal.input(character);
    // The keyboard begins anew with an empty field; it stays open when both happen at once.
    this.#field.blur();
    this.#field.focus({ preventScroll: true });
  }

  #send(): void {
    const { value } = this.#field;
    const typed = difference(this.#sent, value);
    this.#sent = value;
    if (typed === "") return;
    // Enter as some phones have it, or a text of several lines: neither stays.
    const lines = typed.includes("\n");
    if (lines) this.#field.value = this.#sent = "";
    if (lines && typed !== "\n") return void paste(this.terminal, typed);
    this.#sending = true;
    this.terminal.input(lines ? "\r" : typed);
    this.#sending = false;
  }

  /** Shows the word at the cursor while it is composed. */
  #show(word: string): void {
    const { style } = this.#field;
    this.#view.textContent = word;
    Object.assign(this.#view.style, {
      left: style.left,
      top: style.top,
      height: style.height,
      lineHeight: style.height,
      fontFamily: this.terminal.options.fontFamily,
      fontSize: `${this.terminal.options.fontSize}px`,
    });
    this.#view.classList.toggle("active", word !== "");
    // So the keyboard's own list of words stands beside it.
    style.width = `${Math.max(1, this.#view.getBoundingClientRect().width)}px`;
  }
}
