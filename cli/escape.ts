/**
 * What a person types to `beach join` itself, picked out of what goes to the host: the escape key, then `.` to leave, `?` for
 * help, `[` to look back, `s` for numbers, the escape key or its character (`^`) to send it. Any other key goes to the host together with the escape key. Pure.
 */
import { isKey, type Press, pressAt } from "./escape_key.ts";

export type Typed =
  | { readonly kind: "send"; readonly bytes: Uint8Array }
  | { readonly kind: "leave" }
  | { readonly kind: "help" }
  | { readonly kind: "scroll" }
  | { readonly kind: "numbers" }
  | { readonly kind: "copy"; readonly always: boolean };

export class EscapeParser {
  /** The bytes of an escape key whose command has not come. */
  #held: Uint8Array | null = null;
  /** Whether the person is asked about the clipboard: then `c` copies once, and `a` always. */
  asksToCopy = false;

  /** `key`: the byte that the escape key sends, or null for none. */
  constructor(readonly key: number | null) {}

  /** Whether the escape key was typed and its command is awaited. */
  get pending(): boolean {
    return this.#held !== null;
  }

  /** Reads what the terminal sent. The pieces are views of `bytes`, in order; nothing comes after a `leave`. */
  read(bytes: Uint8Array): Typed[] {
    if (this.key === null) return bytes.length > 0 ? [{ kind: "send", bytes }] : [];
    const typed: Typed[] = [];
    let from = 0;
    const send = (to: number) => {
      if (to > from) typed.push({ kind: "send", bytes: bytes.subarray(from, to) });
    };
    for (let at = 0; at < bytes.length;) {
      // Most of what comes is neither: a quick look spares the parsing.
      if (this.#held === null && bytes[at] !== this.key && bytes[at] !== 0x1b) {
        at++;
        continue;
      }
      const press = pressAt(bytes, at);
      const next = at + press.length;
      if (this.#held === null) {
        if (isKey(press, this.key) && !press.released) {
          send(at);
          this.#held = bytes.slice(at, next);
          from = next;
        }
      } else if (press.released) {
        // The escape key, or a modifier, let go: it says nothing and must not end the command.
        from = next;
      } else {
        const held = this.#held;
        this.#held = null;
        const command = this.#command(press);
        switch (command) {
          case "leave":
            return [...typed, { kind: "leave" }];
          case "help":
          case "scroll":
          case "numbers":
            typed.push({ kind: command });
            from = next;
            break;
          case "copy":
          case "copy always":
            typed.push({ kind: "copy", always: command === "copy always" });
            from = next;
            break;
          case "itself":
            typed.push({ kind: "send", bytes: held });
            from = next;
            break;
          case "other":
            typed.push({ kind: "send", bytes: held });
            break;
        }
      }
      at = next;
    }
    if (this.#held === null || from < bytes.length) send(bytes.length);
    return typed;
  }

  #command(press: Press): Exclude<Typed["kind"], "send"> | "copy always" | "itself" | "other" {
    const key = this.key!;
    if (isKey(press, key)) return "itself";
    if (press.ctrl) return "other";
    const letter = String.fromCodePoint(press.code).toUpperCase();
    if (this.asksToCopy && letter === "C") return "copy";
    if (this.asksToCopy && letter === "A") return "copy always";
    switch (letter) {
      case ".":
        return "leave";
      case "?":
        return "help";
      case "[":
        return "scroll";
      case "S":
        return "numbers";
      case String.fromCharCode(key + 0x40):
        return "itself";
      default:
        return "other";
    }
  }
}
