/** The keyboard for the desktop: keys by position and by what they type, texts of input methods, pastes. */
import { isApple } from "../../dom/platform.ts";
import { make } from "../../dom/elements.ts";
import { difference } from "../../terminal/composed_text.ts";
import type { Desktop } from "../desktop_types.ts";

/** A paste that the browser announces by a key comes with it, ms; without one, there is nothing to paste. */
const PASTE_COMES = 150;
/** Keys that wait for a paste: more than anybody types until it is there. */
const MOST_LATER = 256;
/** The character that a deletion is written as. */
const DELETION = "\x7f";

export interface KeyActions {
  may(): boolean;
  refused(): void;
  /** Leaves the desktop for the page's buttons. */
  leave(): void;
  /** Whether what this person pastes goes to the desktop's clipboard. */
  pastes(): boolean;
  /** Gives it to the desktop; settles when it is there, or will not be. */
  paste(data: DataTransfer): Promise<void>;
  /** Keys of the on-screen row that are held; asking lets go of them. */
  modifiers(): readonly (readonly [code: string, key: string])[];
}

/** The field that has the keyboard while the desktop is used. */
export class KeyInput {
  readonly field = make("textarea", {
    id: "desktop-keys",
    ariaLabel: "Keyboard of the desktop. Ctrl+Shift+Down leaves it",
    autocapitalize: "none",
    spellcheck: false,
    rows: 1,
  });
  /** The field as the desktop has it. */
  #sent = "";
  #composing = false;
  #pasting: ReturnType<typeof setTimeout> | undefined;
  #pasteKey: readonly [code: string, key: string] | undefined;
  /** What was typed since the key that pastes: it comes after what is pasted. */
  readonly #later: (() => void)[] = [];

  constructor(private readonly desktop: Desktop, private readonly actions: KeyActions) {
    const { field } = this;
    field.autocomplete = "off";
    field.addEventListener("keydown", (event) => this.#down(event));
    field.addEventListener("keyup", (event) => this.#up(event));
    field.addEventListener("compositionstart", () => this.#composing = true);
    field.addEventListener("compositionend", () => {
      this.#composing = false;
      this.#typed();
    });
    field.addEventListener("input", () => this.#composing || this.#typed());
    field.addEventListener("paste", (event) => void this.#paste(event));
    field.addEventListener("blur", () => this.release());
    document.addEventListener("visibilitychange", () => document.hidden && this.release());
  }

  focus(): void {
    this.field.focus({ preventScroll: true });
  }

  /** Lets go of all that is held. */
  readonly release = (): void => {
    this.#later.length = 0;
    this.desktop.input.releaseAll();
  };

  #down(event: KeyboardEvent): void {
    const { code, key, ctrlKey, shiftKey } = event;
    // Whoever can't see where the keyboard is must get out of here.
    if (ctrlKey && shiftKey && key === "ArrowDown") {
      event.preventDefault();
      this.release();
      return this.actions.leave();
    }
    if (!this.actions.may()) {
      if (key.length === 1 && !ctrlKey && !event.metaKey) this.actions.refused();
      return;
    }
    // The field will tell what becomes of it: a dead key waits for its letter, an input method for its word.
    if (event.isComposing || key === "Process" || key === "Dead" || key === "Unidentified") return;
    // They are in what the keys type here.
    if (key === "CapsLock" || key === "NumLock") return;
    const modifiers = [...key].length === 1 ? this.actions.modifiers() : [];
    if (modifiers.length > 0) {
      event.preventDefault();
      return this.#inTurn(() => this.desktop.input.chord([...modifiers, [code || keyCode(key), key]]));
    }
    if (isPaste(event) && this.actions.pastes()) return this.#awaitPaste(code, key);
    event.preventDefault();
    this.#inTurn(() => this.#press(event));
  }

  #press({ code, key, metaKey }: KeyboardEvent): void {
    // Windows' AltGr comes as two keys, of which the desktop knows one.
    if (key === "AltGraph") this.desktop.input.release("ControlLeft");
    if (metaKey && isApple() && key !== "Meta") {
      // Macs tell no release of keys that were pressed with Cmd.
      return this.desktop.input.chord([[code, key]]);
    }
    this.desktop.input.press(code, key);
    this.#clear();
  }

  #up(event: KeyboardEvent): void {
    if (!this.actions.may()) return;
    event.preventDefault();
    this.#inTurn(() => this.desktop.input.release(event.code));
  }

  /** At once, or after what is being pasted. */
  #inTurn(act: () => void): void {
    if (this.#pasteKey && this.#later.length < MOST_LATER) this.#later.push(act);
    else act();
  }

  /** The field has what an input method, or a phone's keyboard, has typed. */
  #typed(): void {
    const { value } = this.field;
    const typed = this.actions.may() ? difference(this.#sent, value) : "";
    this.#sent = value;
    if (typed !== "") this.#inTurn(() => this.#write(typed));
  }

  #write(typed: string): void {
    const text = typed.replaceAll(DELETION, "");
    for (let i = typed.length - text.length; i > 0; i--) {
      this.desktop.input.chord([["Backspace", "Backspace"]]);
    }
    const modifiers = [...text].length === 1 ? this.actions.modifiers() : [];
    if (text === "\n") this.desktop.input.chord([...modifiers, ["Enter", "Enter"]]);
    else if (modifiers.length > 0) this.desktop.input.chord([...modifiers, [keyCode(text), text]]);
    else if (text !== "") this.desktop.input.text(text);
    if (text.includes("\n")) this.#clear();
  }

  /** What is in the field is not before the desktop's cursor any more. */
  #clear(): void {
    this.#sent = "";
    if (this.field.value !== "") this.field.value = "";
  }

  /** The key waits until the desktop has what it pastes. */
  #awaitPaste(code: string, key: string): void {
    this.#pasteKey = [code, key];
    clearTimeout(this.#pasting);
    this.#pasting = setTimeout(() => this.#pressPaste(), PASTE_COMES);
  }

  async #paste(event: ClipboardEvent): Promise<void> {
    event.preventDefault();
    const { clipboardData } = event;
    clearTimeout(this.#pasting);
    if (!this.actions.may() || !clipboardData) return;
    // Without a key, out of a menu: the desktop's programs know this one best.
    this.#pasteKey ??= ["KeyV", "v"];
    await this.actions.paste(clipboardData);
    this.#pressPaste();
  }

  #pressPaste(): void {
    const key = this.#pasteKey;
    this.#pasteKey = undefined;
    if (key && this.actions.may()) {
      const { held } = this.desktop.input;
      const isHeld = held.some((code) => /^(?:Control|Meta|Shift)/.test(code));
      this.desktop.input.chord(isHeld ? [key] : [["ControlLeft", "Control"], key]);
    }
    for (const act of this.#later.splice(0)) act();
  }
}

function isPaste({ code, key, ctrlKey, metaKey, shiftKey, altKey }: KeyboardEvent): boolean {
  if (altKey) return false;
  return (ctrlKey || metaKey && isApple()) && (code === "KeyV" || key === "v") ||
    shiftKey && key === "Insert";
}

/** The key of a usual keyboard that types a letter or a digit; else none. */
export function keyCode(character: string): string {
  if (/^[a-z]$/i.test(character)) return `Key${character.toUpperCase()}`;
  return /^[0-9]$/.test(character) ? `Digit${character}` : "";
}
