/** Keys that a phone's keyboard lacks. */
import type { Terminal } from "@xterm/xterm";
import { pasteFromClipboard } from "./clipboard.ts";
import { make, part } from "./page.ts";

const ARROWS = { "←": "D", "↑": "A", "↓": "B", "→": "C" } as const;
const TEXTS: Readonly<Record<string, string>> = {
  Esc: "\x1b",
  Tab: "\t",
  "|": "|",
  "/": "/",
  "-": "-",
  "~": "~",
};
const NAMES: Readonly<Record<string, string>> = {
  Esc: "Escape",
  "←": "Left",
  "↑": "Up",
  "↓": "Down",
  "→": "Right",
  "|": "Pipe",
  "/": "Slash",
  "-": "Dash",
  "~": "Tilde",
};

export class PhoneKeys {
  readonly #bar = part("keys");
  readonly #toggle = part<HTMLButtonElement>("open-keys");
  #ctrl: HTMLButtonElement;

  constructor(private readonly terminal: Terminal) {
    const key = (label: string, press: () => void) => {
      const button = make("button", { type: "button", textContent: label, ariaLabel: NAMES[label] ?? label });
      // The terminal keeps the focus, so that the phone's own keyboard stays open.
      button.addEventListener("pointerdown", (event) => event.preventDefault());
      button.addEventListener("click", press);
      return button;
    };
    this.#ctrl = key("Ctrl", () => this.#hold(this.#ctrl.ariaPressed !== "true"));
    this.#ctrl.ariaPressed = "false";
    this.#bar.replaceChildren(
      ...["Esc", "Tab"].map((label) => key(label, () => this.#type(TEXTS[label]!))),
      this.#ctrl,
      ...Object.entries(ARROWS).map(([label, letter]) => key(label, () => this.#type(this.#arrow(letter)))),
      ...["|", "/", "-", "~"].map((label) => key(label, () => this.#type(TEXTS[label]!))),
      key("Paste", () => void pasteFromClipboard(terminal)),
    );
    this.#toggle.onclick = () => this.show(this.#bar.hidden === true);
    this.show(matchMedia("(pointer: coarse)").matches);
  }

  show(visible: boolean): void {
    this.#bar.hidden = !visible;
    this.#toggle.ariaPressed = String(visible);
  }

  /** With Ctrl held, what the key sends with it. */
  modify(data: string): string {
    if (this.#ctrl.ariaPressed !== "true" || data.length !== 1) return data;
    this.#hold(false);
    const code = data.toUpperCase().charCodeAt(0);
    if (data === " ") return "\0";
    if (data === "?") return "\x7f";
    return code >= 0x40 && code < 0x60 ? String.fromCharCode(code & 0x1f) : data;
  }

  #hold(held: boolean): void {
    this.#ctrl.ariaPressed = String(held);
  }

  #arrow(letter: string): string {
    if (this.#ctrl.ariaPressed === "true") {
      this.#hold(false);
      return `\x1b[1;5${letter}`;
    }
    return this.terminal.modes.applicationCursorKeysMode ? `\x1bO${letter}` : `\x1b[${letter}`;
  }

  #type(data: string): void {
    this.terminal.input(data);
    this.terminal.focus();
  }
}
