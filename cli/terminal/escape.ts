/**
 * What a person types to beach itself, picked out of what goes to the session: the escape key, then one of the commands; the escape key again or its character
 * (`^`) sends it. With any other key, or when none follows in time, it goes to the session, whose programs may know it (vim's Ctrl-^). Nothing of a paste
 * is a command. Pure.
 */
import { Buffer } from "node:buffer";
import { type Input, InputReader } from "../../session/vt/terminal_input.ts";
import { isKey, plainPress, type Press, pressOf } from "./key_press.ts";

/** What a person may type after the escape key. */
export interface Commands<C> {
  /** What each key (a capital for a letter) stands for. */
  readonly keys: Readonly<Record<string, C>>;
  /** How long the escape key waits for one of them, ms; perhaps for ever. */
  readonly moment: number;
}

export type Typed<C> =
  | { readonly kind: "send"; readonly inputs: readonly Input[] }
  | { readonly kind: "command"; readonly command: C };

/**
 * More keys than this in one read may be a paste, also where no program asked for brackets around one: then the escape key counts only at the read's end, with
 * its command or before it, as who types ahead of a busy machine or over a slow line ends. More than the second are a paste for sure.
 */
const MOST_TYPED = 6;
const MOST_AHEAD = 64;
/** A long paste comes in several reads, the last of which may be short: this soon after one of so many keys it is one still; ms. */
const SAME_PASTE = 50;
const LONG_PASTE = 256;

/** Separates commands from keys for the session. */
export class EscapeParser<C> {
  readonly #reader = new InputReader();
  /** An escape key whose command has not come: its bytes, what was known when it was typed, and until when it waits, in ms. */
  #held: { readonly bytes: Uint8Array; readonly keys: Commands<C>["keys"]; readonly until: number } | null =
    null;
  #pastedAt = -Infinity;
  /** Keys of this read that are still to come, and whether there are so many that it may be a paste. */
  #left = 0;
  #ahead = false;

  /** @param key the byte that the escape key sends, or null for none; `commands`: those that are known now, asked for at each escape key; `answered` gets what the terminal answers to what was asked */
  constructor(
    private readonly key: number | null,
    private readonly commands: () => Commands<C>,
    private readonly answered: (answer: Uint8Array) => void = () => {},
  ) {}

  /** Until when the command of an escape key is awaited, ms: then it {@link expire}s. Infinity if none is. */
  get until(): number {
    return this.#held?.until ?? Infinity;
  }

  /** Whether the begin of a sequence is held, for {@link flush}. */
  get holdsPart(): boolean {
    return this.#reader.holds;
  }

  /** Reads what the terminal sent at `now` (ms): in order, with nothing left out but commands and the terminal's answers. */
  read(bytes: Uint8Array, now: number): Typed<C>[] {
    return this.#sort(this.#reader.read(bytes, now), now);
  }

  /** The begin of a sequence that nothing followed, as what it is by itself. */
  flush(now: number): Typed<C>[] {
    return this.#sort(this.#reader.flush(), now);
  }

  /** No command followed in time: the escape key is the session's. */
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
        // What nobody typed neither is a command nor ends one.
        case "quiet":
          // The escape key let go goes where the key goes.
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

  /** Keys, one by one: a sequence is one, and each byte of text. */
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

  /** The escape key was not meant for us. */
  #giveUp(out: Out<C>): void {
    if (this.#held) out.send({ kind: "key", bytes: this.#held.bytes });
    this.#held = null;
  }

  /** What `press` means after the escape key; undefined: nothing. */
  #command(press: Press, keys: Commands<C>["keys"]): C | typeof ITSELF | undefined {
    if (isKey(press, this.key!)) return ITSELF;
    if (press.ctrl) return undefined;
    const name = String.fromCodePoint(press.code).toUpperCase();
    return keys[name] ?? (name === String.fromCharCode(this.key! + 0x40) ? ITSELF : undefined);
  }
}

/** The escape key, as one to be sent. */
const ITSELF = Symbol("itself");

/** What comes out, with what goes to the session together as far as no command is between. */
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

/** How many keys `parts` are, as far as it matters. */
function keysIn(parts: readonly Input[]): number {
  return parts.reduce(
    (sum, { kind, bytes }) => sum + (kind === "text" ? bytes.length : kind === "key" ? 1 : 0),
    0,
  );
}
