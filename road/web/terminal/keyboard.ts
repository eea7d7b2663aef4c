/** Typing, clicks and pastes on their way to the session; and the page's own keys. */
import type { Terminal } from "@xterm/xterm";
import { copy, paste } from "./clipboard.ts";
import { ComposedText } from "./composed_text.ts";
import { isApple } from "../dom/platform.ts";

export interface KeyboardActions {
  /** Bytes for the program. */
  typed(bytes: Uint8Array): void;
  /** Whether the emulator is sending an answer to a query just now. */
  parsing(): boolean;
  search(): void;
  panel(): void;
  settings(): void;
  /** Letters larger (1), smaller (-1), as at first (0). */
  letters(step: number): void;
  /** Leaves the terminal for the page's buttons. */
  leave(): void;
  /** Escape was pressed in the terminal: false if it is the program's. */
  escape(): boolean;
  /** A held key of the on-screen keys changes the next one. */
  modify(data: string): string;
  held(): boolean;
}

/** The page's own keys, with Ctrl and Shift, as the settings list them. */
export const PAGE_KEYS: readonly (readonly [key: string, what: string])[] = [
  ["Ctrl+Shift+F", "search"],
  ["Ctrl+Shift+K", "connection"],
  ["Ctrl+Shift+S", "settings"],
  ["Ctrl+Shift+V", "paste"],
  ["Ctrl+C", "copy, while text is selected"],
  ["Ctrl + / −", "larger, smaller letters"],
  ["Ctrl+Shift+↓", "leave the terminal for the buttons below"],
  ["Shift+PgUp / PgDn", "scroll"],
];

/** Handles the key combinations that belong to the page, before the terminal gets them. */
export function attachKeyboard(terminal: Terminal, actions: KeyboardActions): void {
  const utf8 = new TextEncoder();
  const composed = new ComposedText(terminal, actions.held);
  terminal.onData((data) => {
    if (actions.parsing()) return;
    composed.typed(data);
    actions.typed(utf8.encode(actions.modify(data)));
  });
  // Mouse reports of the oldest protocol are bytes, not text.
  terminal.onBinary((data) => {
    if (!actions.parsing()) actions.typed(Uint8Array.from(data, (char) => char.charCodeAt(0)));
  });
  terminal.attachCustomKeyEventHandler((event) => {
    if (event.type !== "keydown") return true;
    if (composed.handles(event)) return false;
    if (event.key === "Escape" && actions.escape()) {
      event.preventDefault();
      return false;
    }
    const act = pageKey(event, terminal, actions);
    if (act === undefined) return true;
    if (act === "browser") return false;
    event.preventDefault();
    act();
    return false;
  });
  terminal.element?.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text/plain");
    event.preventDefault();
    event.stopImmediatePropagation();
    if (text) void paste(terminal, text);
  }, { capture: true });
}

/** What the page does at a key: nothing (undefined), what the browser does, or its own. */
function pageKey(
  event: KeyboardEvent,
  terminal: Terminal,
  actions: KeyboardActions,
): (() => void) | "browser" | undefined {
  const { key, ctrlKey, metaKey, shiftKey, altKey } = event;
  if (altKey) return undefined;
  if (shiftKey && key === "Insert") return "browser";
  if (metaKey && isApple()) {
    return key === "=" || key === "+" || key === "-" || key === "0" ? size(key, actions) : "browser";
  }
  if (!ctrlKey) return undefined;
  if (shiftKey) {
    switch (key.toUpperCase()) {
      case "F":
        return actions.search;
      case "K":
        return actions.panel;
      case "S":
        return actions.settings;
      case "V":
        return "browser";
      case "C":
        return () => void copySelection(terminal);
      case "ARROWDOWN":
        return actions.leave;
    }
  }
  if (key === "c" && terminal.hasSelection()) return () => void copySelection(terminal);
  return size(key, actions);
}

function size(key: string, actions: KeyboardActions): (() => void) | undefined {
  if (key === "+" || key === "=") return () => actions.letters(1);
  if (key === "-") return () => actions.letters(-1);
  if (key === "0") return () => actions.letters(0);
  return undefined;
}

async function copySelection(terminal: Terminal): Promise<void> {
  if (terminal.hasSelection() && await copy(terminal.getSelection())) terminal.clearSelection();
}
