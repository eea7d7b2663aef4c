/** Keys for what lies over a screen: each press by itself, and a line that is typed. Pure. */
import type { Input } from "../../session/vt/terminal_input.ts";
import { pressOf } from "./key_press.ts";

const ENTER = new Set(["\r", "\n"]);
const BACKSPACE = new Set(["\x7f", "\b"]);
const ESC = "\x1b";
/** The longest line, characters. */
const MAX_LINE = 200;

/** The keys in one part of what a terminal sent, one by one; of a paste its characters. None in what nobody typed. */
export function keysOf({ kind, bytes }: Input): readonly string[] {
  switch (kind) {
    case "text":
      return [...new TextDecoder().decode(bytes)];
    case "key":
      return [keyName(bytes)];
    case "paste":
      return [...pasted(bytes)];
    case "mouse":
    case "quiet":
    case "report":
    case "answer":
      return [];
  }
}

/** A line that the person types; Esc, and Backspace in an empty line, give it up. */
export class LineEntry {
  text = "";

  /** Takes one key; `typing`: more is to come. */
  typed(key: string): "typing" | "entered" | "given up" {
    if (ENTER.has(key)) return "entered";
    if (key === ESC || BACKSPACE.has(key) && this.text === "") return "given up";
    if (BACKSPACE.has(key)) this.text = [...this.text].slice(0, -1).join("");
    else if (!key.startsWith(ESC) && key >= " ") this.text = (this.text + key).slice(0, MAX_LINE);
    return "typing";
  }
}

/** What is pasted, without its brackets. */
function pasted(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).replace(/^.\[200~/, "").replace(/.\[201~$/, "");
}

/** A key by the sequence that most terminals send: kitty's protocol adds event types to cursor keys, and numbers letters; with Shift it is the same key. */
function keyName(bytes: Uint8Array): string {
  const press = pressOf(bytes);
  if (press) return press.ctrl ? "" : String.fromCodePoint(press.code);
  // deno-lint-ignore no-control-regex -- keys are escape sequences
  const plain = /^(\x1b\[)(?:1(?=;|[A-Z]))?(\d*)(?:;[12]?(?::[12])?)?([A-Z~])$/.exec(
    String.fromCharCode(...bytes),
  );
  return plain ? `${plain[1]}${plain[2]}${plain[3]}` : String.fromCharCode(...bytes);
}
