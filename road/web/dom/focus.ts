/** The terminal has the keyboard: buttons do not take it away, and keys typed while a button has it reach the terminal. */
import type { Terminal } from "@xterm/xterm";

export interface FocusActions {
  /** Closes what Escape closes; false if nothing was open. */
  escape(): boolean;
}

/** Keeps the keyboard's focus in the terminal, except where a person uses another control. */
export function keepFocus(terminal: Terminal, actions: FocusActions): void {
  document.addEventListener("mousedown", (event) => {
    const target = event.target as Element;
    if (terminal.element?.contains(target) || target.closest("dialog, form, input")) return;
    if (target.closest("button, summary, #stage, #bar, #keys")) event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (!(target instanceof Element) || document.querySelector("dialog[open]")) return;
    if (terminal.element?.contains(target) || target.closest("input, select, textarea")) return;
    // There is no terminal to type into yet, or not any more.
    if (document.getElementById("app")?.dataset.state !== "joined") return;
    if (key === "Escape") {
      actions.escape();
      terminal.focus();
    } else if ([...key].length === 1 && key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey) {
      terminal.focus();
      terminal.input(key);
    } else return;
    event.preventDefault();
  });
}
