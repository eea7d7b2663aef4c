/**
 * Separates commands to Beach itself from keys for the session: the escape key, followed by a command; the escape key again or its
 * character (`^`) sends it. With any other key, or if none follows in time, it goes to the session, whose programs may use it (vim's
 * Ctrl-^). A paste contains no commands. Pure.
 */
import { Buffer } from "node:buffer";
import { type Input, InputReader } from "../../session/vt/terminal_input.ts";
import { isKey, plainPress, type Press, pressOf } from "./key_press.ts";

/** The commands that can follow the escape key. */
export interface Commands<C> {
  /** The command of each key (a capital for a letter). */
  readonly keys: Readonly<Record<string, C>>;
  /** How long the escape key waits for a command, in ms; may be infinite. */
  readonly moment: number;
}

export type Typed<C> =
  | { readonly kind: "send"; readonly inputs: readonly Input[] }
  | { readonly kind: "command"; readonly command: C };

/**
 * More keys than this in one read may be a paste, even if no program requested brackets around pastes: then the escape key counts only at
 * the end of the read, with its command or without, as for a person who types ahead. More than the second number are certainly a paste.
 */
const MOST_TYPED = 6;
const MOST_AHEAD = 64;
/** A long paste comes in several reads, the last of which may be short: a read so soon after a long one belongs to it; in ms. */
const SAME_PASTE = 50;
const LONG_PASTE = 256;

/** Separates commands from keys for the session. */
export class EscapeParser<C> {
  readonly #reader = new InputReader();
  /**
   * An escape key whose command has not come: its bytes, the commands that were available when it was typed, and until when it waits, in
   * ms.
   */
  #held: { readonly bytes: Uint8Array; readonly keys: Commands<C>["keys"]; readonly until: number } | null =
    null;
  #pastedAt = -Infinity;
  /** Keys of this read that are still to be handled, and whether they may be a paste. */
  #left = 0;
  #ahead = false;

  /**
   * @param key the byte that the escape key sends, or null for none; `commands` returns those that are available now, and is called at each
   * escape key; `answered` receives the terminal's answers to queries
   */
  constructor(
    private readonly key: number | null,
    private readonly commands: () => Commands<C>,
    private readonly answered: (answer: Uint8Array) => void = () => {},
  ) {}

  /** Until when the command of an escape key is awaited, in ms; then call {@link expire}. Infinity if none is. */
  get until(): number {
    return this.#held?.until ?? Infinity;
  }

  /** Whether the beginning of a sequence is held, for {@link flush}. */
  get holdsPart(): boolean {
    return this.#reader.holds;
  }

  /** Handles the terminal's input at `now` (ms): returns everything in order, except the terminal's answers. */
  read(bytes: Uint8Array, now: number): Typed<C>[] {
    return this.#sort(this.#reader.read(bytes, now), now);
  }

  /** Returns a held beginning as the key that it is by itself, since nothing followed. */
  flush(now: number): Typed<C>[] {
    return this.#sort(this.#reader.flush(), now);
  }

  /** No command followed in time: the escape key goes to the session. */
  expire(): Typed<C>[] {
    const out = new Out<C>();
    this.#giveUp(out);
    return out.all;
  }

  #sort(parts: readonly Input[], now: number): Typed<C>[] {
    const out = new Out<C>();
    const keys = keysIn(parts);
    const pasted = now - this.#pastedAt < SAME_PASTE || keys > MOST_AHEAD;
    this.#left = keys;
    this.#ahead = keys > MOST_TYPED;
    if (keys >= LONG_PASTE) this.#pastedAt = now;
    for (const part of parts) {
      switch (part.kind) {
        case "answer":
          this.answered(part.bytes);
          break;
        case "text":
        case "key":
          if (pasted || this.key === null) this.#pass(part, out);
          else this.#keys(part, out, now);
          break;
        case "paste":
          this.#pass(part, out);
          break;
        // Input that nobody typed is no command and ends none.
        case "quiet":
          // The release of the escape key goes where the key goes.
          if (this.#held) {
            this.#held = { ...this.#held, bytes: Buffer.concat([this.#held.bytes, part.bytes]) };
          } else out.send(part);
          break;
        case "mouse":
        case "report":
          out.send(part);
          break;
      }
    }
    return out.all;
  }

  #pass(part: Input, out: Out<C>): void {
    this.#giveUp(out);
    out.send(part);
  }

  /** Handles keys one by one: each sequence, and each byte of text, is one. */
  #keys(part: Input, out: Out<C>, now: number): void {
    const { bytes } = part;
    let from = 0;
    for (let at = 0; at < bytes.length;) {
      const press = part.kind === "text" ? plainPress(bytes[at]!) : pressOf(bytes);
      const next = part.kind === "text" ? at + 1 : bytes.length;
      this.#left--;
      if (this.#held) {
        const command = press ? this.#command(press, this.#held.keys) : undefined;
        if (command === undefined || command === ITSELF) this.#giveUp(out);
        else out.command(command);
        this.#held = null;
        if (command !== undefined) from = next;
      } else if (press && isKey(press, this.key!) && !(this.#ahead && this.#left > 1)) {
        if (at > from) out.send({ kind: "text", bytes: bytes.subarray(from, at) });
        const { keys, moment } = this.commands();
        this.#held = { bytes: bytes.slice(at, next), keys, until: now + moment };
        from = next;
      }
      at = next;
    }
    if (from === 0) out.send(part);
    else if (from < bytes.length) out.send({ kind: "text", bytes: bytes.subarray(from) });
  }

  /** The escape key belongs to the session. */
  #giveUp(out: Out<C>): void {
    if (this.#held) out.send({ kind: "key", bytes: this.#held.bytes });
    this.#held = null;
  }

  /** The command of `press` after the escape key; undefined: none. */
  #command(press: Press, keys: Commands<C>["keys"]): C | typeof ITSELF | undefined {
    if (isKey(press, this.key!)) return ITSELF;
    if (press.ctrl) return undefined;
    const name = String.fromCodePoint(press.code).toUpperCase();
    return keys[name] ?? (name === String.fromCharCode(this.key! + 0x40) ? ITSELF : undefined);
  }
}

/** Means that the escape key itself is sent. */
const ITSELF = Symbol("itself");

/** Collects the output; input for the session is joined as long as no command is between. */
class Out<C> {
  readonly all: Typed<C>[] = [];
  #inputs: Input[] | null = null;

  send(input: Input): void {
    if (this.#inputs === null) this.all.push({ kind: "send", inputs: this.#inputs = [] });
    this.#inputs.push(input);
  }

  command(command: C): void {
    this.#inputs = null;
    this.all.push({ kind: "command", command });
  }
}

/** The number of keys in `parts`, counted as far as it matters. */
function keysIn(parts: readonly Input[]): number {
  return parts.reduce(
    (sum, { kind, bytes }) => sum + (kind === "text" ? bytes.length : kind === "key" ? 1 : 0),
    0,
  );
}
