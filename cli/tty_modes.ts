/**
 * Which modes the programs have switched on in our own terminal, read from what was written to it, and what switches them off
 * again when we leave: only those, since some of the switches move the cursor of a terminal that had nothing to reset. Pure.
 */

/** Modes of `CSI ? n h` (and the few that are on by default, `CSI ? n l`) and what they stand for; xterm's ctlseqs. */
const ON_BY_DEFAULT = new Set([7, 25]);
const PRIVATE = new Set([
  1, // cursor keys send SS3
  5, // reverse video
  6, // origin at the scroll region
  7, // autowrap
  9, // mouse: presses
  25, // cursor visible
  45, // reverse wraparound
  66, // keypad sends SS3
  69, // left and right margins
  1000, // mouse: presses and releases
  1001,
  1002, // mouse: drags
  1003, // mouse: all motion
  1004, // focus events
  1005, // mouse encodings
  1006,
  1015,
  1016,
  2004, // bracketed paste
  2026, // synchronised output
  2027, // grapheme clusters
  2031, // colour scheme reports
  2048, // size reports
]);
/** Modes that show the alternate screen. */
const ALTERNATE = new Set([47, 1047, 1049]);
/** Modes without `?`: keyboard locked, insert, local echo, line feed also returns. */
const PLAIN = new Set([2, 4, 20]);

/** A sequence of parameters longer than this is none that we know, in characters. */
const MAX_PARAMETERS = 64;

const ESC = 0x1b;

type State = "ground" | "escape" | "charset" | "csi" | "string" | "string escape";

export class TtyModes {
  #state: State = "ground";
  #parameters = "";
  /** Modes that differ from a fresh terminal's: `?2004`, `4`. */
  readonly #changed = new Set<string>();
  #alternate: number | null = null;
  /** How many keyboard modes are pushed on each screen's stack (kitty's protocol). */
  readonly #pushed = { normal: 0, alternate: 0 };
  /** What else needs a sequence of its own. */
  readonly #other = new Set<"region" | "keypad" | "cursor shape" | "other keys" | "charset" | "colours">();
  #oscStart = "";

  /** Reads what is written to the terminal, in any pieces. */
  read(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#state === "ground") {
        // Most output is text: let the engine look for the next escape.
        at = bytes.indexOf(ESC, at);
        if (at < 0) return;
      }
      this.#step(bytes[at]!);
      at++;
    }
  }

  #step(byte: number): void {
    // CAN and SUB end whatever was begun; ESC begins anew, except inside a string, which it may end.
    if (byte === 0x18 || byte === 0x1a) {
      this.#state = "ground";
      return;
    }
    switch (this.#state) {
      case "ground":
        if (byte === ESC) this.#state = "escape";
        return;
      case "escape":
        this.#escape(byte);
        return;
      case "charset":
        if (byte >= 0x30) {
          if (byte !== 0x42) this.#other.add("charset");
          this.#state = "ground";
        } else if (byte === ESC) this.#state = "escape";
        return;
      case "csi":
        this.#csi(byte);
        return;
      case "string":
        if (byte === ESC) this.#state = "string escape";
        else if (byte === 0x07) this.#endString();
        else if (this.#oscStart.length < 4) this.#oscStart += String.fromCharCode(byte);
        return;
      case "string escape":
        this.#endString();
        if (byte !== 0x5c) this.#escape(byte);
        return;
    }
  }

  #escape(byte: number): void {
    this.#state = "ground";
    switch (byte) {
      case ESC:
        this.#state = "escape";
        break;
      case 0x5b: // [
        this.#state = "csi";
        this.#parameters = "";
        break;
      case 0x5d: // ]
      case 0x50: // P
      case 0x58: // X
      case 0x5e: // ^
      case 0x5f: // _
        this.#state = "string";
        this.#oscStart = byte === 0x5d ? "" : "none";
        break;
      case 0x28: // ( and ) name character sets
      case 0x29:
        this.#state = "charset";
        break;
      case 0x3d: // =
        this.#other.add("keypad");
        break;
      case 0x3e: // >
        this.#other.delete("keypad");
        break;
      case 0x63: // c
        this.#forget();
        break;
    }
  }

  #endString(): void {
    this.#state = "ground";
    // OSC 4 and 10 to 19 set colours; a query of them does too for all that a scanner of starts can tell, and a reset harms nothing.
    if (/^(?:4;|1\d;|5;)/.test(this.#oscStart)) this.#other.add("colours");
  }

  #csi(byte: number): void {
    if (byte === ESC) {
      this.#state = "escape";
    } else if (byte >= 0x40 && byte <= 0x7e) {
      this.#state = "ground";
      this.#final(String.fromCharCode(byte), this.#parameters);
    } else if (byte >= 0x20 && byte < 0x40 && this.#parameters.length < MAX_PARAMETERS) {
      this.#parameters += String.fromCharCode(byte);
    }
  }

  #final(final: string, parameters: string): void {
    const numbers = parameters.replace(/^[?<>=]/, "").split(";").map(Number);
    switch (final) {
      case "h":
      case "l":
        for (const n of numbers) this.#mode(parameters[0] === "?", n, final === "h");
        break;
      case "r":
        if (parameters === "") this.#other.delete("region");
        else if (/^[\d;]+$/.test(parameters)) this.#other.add("region");
        break;
      case "u":
        this.#keyboard(parameters[0], numbers[0] ?? 0);
        break;
      case "q":
        if (/^0? $/.test(parameters)) this.#other.delete("cursor shape");
        else if (parameters.endsWith(" ")) this.#other.add("cursor shape");
        break;
      case "m":
        if (parameters.startsWith(">4")) this.#other.add("other keys");
        break;
      case "p":
        if (parameters === "!") this.#softReset();
        break;
    }
  }

  #mode(isPrivate: boolean, n: number, on: boolean): void {
    if (isPrivate && ALTERNATE.has(n)) {
      this.#alternate = on ? n : null;
    } else if (isPrivate ? PRIVATE.has(n) : PLAIN.has(n)) {
      const name = isPrivate ? `?${n}` : `${n}`;
      if (on === (isPrivate && ON_BY_DEFAULT.has(n))) this.#changed.delete(name);
      else this.#changed.add(name);
    }
  }

  /** kitty's: `CSI > flags u` pushes, `CSI < n u` pops, `CSI = flags u` sets (taken as one that is to be popped). */
  #keyboard(kind: string | undefined, n: number): void {
    const screen = this.#alternate === null ? "normal" : "alternate";
    if (kind === ">") this.#pushed[screen]++;
    else if (kind === "<") this.#pushed[screen] = Math.max(0, this.#pushed[screen] - Math.max(1, n));
    else if (kind === "=") this.#pushed[screen] = Math.max(1, this.#pushed[screen]);
  }

  /** DECSTR: cursor, wrap, origin, region, keys. */
  #softReset(): void {
    for (const name of ["?1", "?6", "?7", "?25", "?66", "?69", "4"]) this.#changed.delete(name);
    for (const name of ["region", "keypad", "charset"] as const) this.#other.delete(name);
  }

  /** RIS: a fresh terminal. */
  #forget(): void {
    this.#changed.clear();
    this.#other.clear();
    this.#alternate = null;
    this.#pushed.normal = this.#pushed.alternate = 0;
  }

  /** What brings the terminal back to what people's shells expect. */
  restore(): string {
    const sequences: string[] = [];
    const add = (sequence: string, when = true) => void (when && sequences.push(sequence));
    // CAN ends a sequence that was cut short, and ST a string, for terminals that take CAN for part of it.
    add("\x18\x1b\\", this.#state !== "ground");
    add(`\x1b[=0u\x1b[<${this.#pushed.alternate}u`, this.#alternate !== null && this.#pushed.alternate > 0);
    for (const name of this.#changed) {
      if (name === "?6") continue;
      add(`\x1b[${name}${name.startsWith("?") && ON_BY_DEFAULT.has(Number(name.slice(1))) ? "h" : "l"}`);
    }
    add(`\x1b[?${this.#alternate}l`, this.#alternate !== null);
    // These two move the cursor, so they stand inside a save and a restore of it.
    add("\x1b7\x1b[?6l\x1b[r\x1b8", this.#other.has("region") || this.#changed.has("?6"));
    add(`\x1b[=0u\x1b[<${this.#pushed.normal}u`, this.#pushed.normal > 0);
    add("\x1b[>4m", this.#other.has("other keys"));
    add("\x1b>", this.#other.has("keypad"));
    add("\x1b(B\x1b)B", this.#other.has("charset"));
    add("\x1b[0 q", this.#other.has("cursor shape"));
    add("\x1b]104\x1b\\\x1b]110\x1b\\\x1b]111\x1b\\\x1b]112\x1b\\", this.#other.has("colours"));
    return sequences.join("") + "\x0f\x1b]8;;\x1b\\\x1b[0m";
  }
}
