/** Keys that a phone's keyboard lacks. */
import type { Terminal } from "@xterm/xterm";
import { pasteFromClipboard } from "./clipboard.ts";
import { make, part } from "../dom/elements.ts";

/** Takes keys in the terminal's place: as a desktop has them, by code and name, pressed together. */
export interface KeyTarget {
  press(keys: readonly (readonly [code: string, key: string])[]): void;
  paste(): void;
  focus(): void;
}

interface Key {
  readonly label: string;
  /** What keyboards call it; absent: a character. */
  readonly key?: string;
  /** Where the label is no word. */
  readonly name?: string;
  /** What it types; or its letter or number in a CSI sequence, which the cursor keys' mode and held keys change. */
  readonly types: string | { readonly final: string } | { readonly number: number };
}

/** Two rows where there is room for two. */
const KEYS: readonly (readonly (Key | "Ctrl" | "Alt" | "Paste")[])[] = [
  [
    { label: "Esc", name: "Escape", key: "Escape", types: "\x1b" },
    { label: "Tab", key: "Tab", types: "\t" },
    "Ctrl",
    "Alt",
    { label: "|", name: "Pipe", types: "|" },
    { label: "/", name: "Slash", types: "/" },
    { label: "-", name: "Dash", types: "-" },
    { label: "~", name: "Tilde", types: "~" },
    "Paste",
  ],
  [
    { label: "Home", key: "Home", types: { final: "H" } },
    { label: "End", key: "End", types: { final: "F" } },
    { label: "PgUp", key: "PageUp", types: { number: 5 } },
    { label: "PgDn", key: "PageDown", types: { number: 6 } },
    { label: "Del", name: "Delete", key: "Delete", types: { number: 3 } },
    { label: "←", name: "Left", key: "ArrowLeft", types: { final: "D" } },
    { label: "↑", name: "Up", key: "ArrowUp", types: { final: "A" } },
    { label: "↓", name: "Down", key: "ArrowDown", types: { final: "B" } },
    { label: "→", name: "Right", key: "ArrowRight", types: { final: "C" } },
  ],
];

/** The row of keys for phones, which have no Esc, Ctrl or arrows. */
export class PhoneKeys {
  readonly #bar = part("keys");
  readonly #toggle = part<HTMLButtonElement>("open-keys");
  readonly #ctrl: HTMLButtonElement;
  readonly #alt: HTMLButtonElement;
  #target: KeyTarget | undefined;

  constructor(private readonly terminal: Terminal) {
    const button = (label: string, press: () => void, name = label) => {
      const made = make("button", { type: "button", textContent: label, ariaLabel: name, onclick: press });
      // The terminal keeps the focus, so that the phone's own keyboard stays open.
      made.addEventListener("pointerdown", (event) => event.preventDefault());
      return made;
    };
    const holding = (label: string) => {
      const made = button(label, () => made.ariaPressed = String(made.ariaPressed !== "true"));
      made.ariaPressed = "false";
      return made;
    };
    this.#ctrl = holding("Ctrl");
    this.#alt = holding("Alt");
    const others = {
      Ctrl: this.#ctrl,
      Alt: this.#alt,
      Paste: button("Paste", () => this.#target ? this.#target.paste() : void pasteFromClipboard(terminal)),
    };
    this.#bar.replaceChildren(
      ...KEYS.map((row) =>
        make(
          "div",
          {},
          row.map((key) =>
            typeof key === "string" ? others[key] : button(key.label, () => this.#press(key), key.name)
          ),
        )
      ),
    );
    this.#toggle.onclick = () => this.show(this.#bar.hidden === true);
    this.show(matchMedia("(pointer: coarse)").matches);
  }

  show(visible: boolean): void {
    this.#bar.hidden = !visible;
    this.#toggle.ariaPressed = String(visible);
  }

  /** Another takes the keys from now on; undefined: the terminal. */
  aim(target: KeyTarget | undefined): void {
    this.#target = target;
  }

  /** Whether Ctrl or Alt is held. */
  get held(): boolean {
    return this.#ctrl.ariaPressed === "true" || this.#alt.ariaPressed === "true";
  }

  /** With Ctrl or Alt held, what the key sends with it. */
  modify(data: string): string {
    if (!this.held || [...data].length !== 1) return data;
    const { ctrl, alt } = this.release();
    return (alt ? "\x1b" : "") + (ctrl ? control(data) : data);
  }

  /** Lets go of what is held, and says what was. */
  release(): { readonly ctrl: boolean; readonly alt: boolean } {
    const was = { ctrl: this.#ctrl.ariaPressed === "true", alt: this.#alt.ariaPressed === "true" };
    this.#ctrl.ariaPressed = this.#alt.ariaPressed = "false";
    return was;
  }

  #press({ types, key, label }: Key): void {
    if (this.#target) return this.#pressThere(this.#target, key, label);
    if (typeof types === "string") this.terminal.input(types);
    else {
      const { ctrl, alt } = this.release();
      // xterm's modifiers: one more than Alt (2) and Ctrl (4) together.
      const modifiers = 1 + (alt ? 2 : 0) + (ctrl ? 4 : 0);
      this.terminal.input(sequence(types, modifiers, this.terminal.modes.applicationCursorKeysMode));
    }
    this.terminal.focus();
  }

  #pressThere(target: KeyTarget, key: string | undefined, label: string): void {
    const { ctrl, alt } = this.release();
    target.press([
      ...(ctrl ? [["ControlLeft", "Control"] as const] : []),
      ...(alt ? [["AltLeft", "Alt"] as const] : []),
      [key ?? "", key ?? label],
    ]);
    target.focus();
  }
}

/** What a key sends with Ctrl; itself, where there is nothing. */
function control(key: string): string {
  if (key === " ") return "\0";
  if (key === "?") return "\x7f";
  const code = key.toUpperCase().charCodeAt(0);
  return code >= 0x40 && code < 0x60 ? String.fromCharCode(code & 0x1f) : key;
}

function sequence(types: Exclude<Key["types"], string>, modifiers: number, application: boolean): string {
  if ("number" in types) return `\x1b[${types.number}${modifiers > 1 ? `;${modifiers}` : ""}~`;
  if (modifiers > 1) return `\x1b[1;${modifiers}${types.final}`;
  return `\x1b${application ? "O" : "["}${types.final}`;
}
