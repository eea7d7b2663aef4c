/** The clipboard: pasting with a confirmation, and writes by programs (OSC 52) with consent. */
import type { Terminal } from "@xterm/xterm";
import { shownText } from "../../../session/vt/shown_text.ts";
import { ask } from "../dom/ask.ts";
import { askForPaste } from "./paste_box.ts";
import { toast } from "../dom/toasts.ts";

/** The longest text in a question, in characters. */
const SHOWN = 2000;
/** The longest text in an offer to copy, which covers the terminal; characters. */
const OFFERED = 60;
/** The longest text that a program may set, in characters of base64. */
const MOST = 1024 * 1024;

/**
 * Pastes what a person chose to paste: several lines only when confirmed, since each may run at once.
 *
 * @param seen the person has just looked at it
 */
export async function paste(terminal: Terminal, text: string, seen = false): Promise<void> {
  // An ESC in it could end bracketed paste and type the rest.
  const safe = text.replaceAll("\x1b", "\u241b");
  const lines = safe.replace(/\r?\n$/, "").split(/\r\n|\r|\n/).length;
  if (lines > 1 && !seen) {
    const bracketed = terminal.modes.bracketedPasteMode;
    const sure = await ask({
      title: `Paste ${lines} lines?`,
      text: bracketed
        ? "The program in the terminal takes them as one text."
        : "Each line may run as a command as soon as it is pasted.",
      detail: safe.length > SHOWN ? `${safe.slice(0, SHOWN)}…` : safe,
      yes: "Paste",
      no: "Cancel",
    });
    if (!sure) return terminal.focus();
  }
  terminal.paste(safe);
  terminal.focus();
}

/** Pastes from a button; where the page may not read the clipboard, out of a box that a person may paste into. */
export async function pasteFromClipboard(terminal: Terminal): Promise<void> {
  const read = await readClipboard();
  const text = read ?? await askForPaste();
  if (text === undefined) terminal.focus();
  else await paste(terminal, text, read === undefined);
}

/** Undefined: not allowed, or not possible in this page (plain http). */
async function readClipboard(): Promise<string | undefined> {
  try {
    return await navigator.clipboard.readText();
  } catch {
    return undefined;
  }
}

/** Copies; also in pages without a secure origin, where only a person's own gesture is allowed to. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const handler = (event: ClipboardEvent) => {
      event.clipboardData?.setData("text/plain", text);
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    document.addEventListener("copy", handler, { capture: true, once: true });
    const done = document.execCommand("copy");
    document.removeEventListener("copy", handler, { capture: true });
    return done;
  }
}

/** Handles OSC 52: a program may offer a text to copy, and never reads the clipboard. */
export function offerClipboard(terminal: Terminal): void {
  let always = false;
  let asking = false;
  terminal.parser.registerOscHandler(52, (data) => {
    const [, base64 = ""] = /^[a-z0-9]*;(.*)$/s.exec(data) ?? [];
    if (base64 === "?" || base64 === "" || base64.length > MOST || asking) return true;
    const text = decode(base64);
    if (text === undefined) return true;
    const set = () =>
      void copy(text).then((done) => toast(done ? "Copied." : "The browser refused to copy."));
    if (always) set();
    else {
      asking = true;
      const answer = (then: () => void) => () => {
        asking = false;
        then();
        terminal.focus();
      };
      toast(
        `The terminal wants to copy ${text.length} characters to your clipboard: “${
          shownText(text, OFFERED)
        }”`,
        {
          Copy: answer(set),
          Always: answer(() => {
            always = true;
            set();
          }),
          Ignore: answer(() => {}),
        },
      );
    }
    return true;
  });
}

function decode(base64: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
