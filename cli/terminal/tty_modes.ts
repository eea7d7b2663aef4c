/**
 * Tracks the modes that programs set in our own terminal, and resets exactly those on leaving: some resets also move the cursor. Pure.
 */
import { ALTERNATE, MAX_RESOURCE, type Other, setByString, startsOn, undo } from "../signals/tty_undo.ts";

/** A sequence of parameters longer than this is none that we know, in characters. */
const MAX_PARAMETERS = 64;
/** As much of a string as tells what it sets, characters. */
const START = 8;
/** Terminals save ten titles. */
const MAX_TITLES = 10;

const ESC = 0x1b;

type State = "ground" | "escape" | "intermediate" | "csi" | "string" | "string escape";

/** The modes that were set in one terminal. */
export class TtyModes {
  #state: State = "ground";
  #parameters = "";
  #intermediate = 0;
  /** Modes that differ from a fresh terminal's, and whether they are on: `?2004`, `4`. */
  readonly #changed = new Map<string, boolean>();
  #alternate: number | null = null;
  /** How many keyboard modes are pushed on each screen's stack (kitty's protocol). */
  readonly #pushed = { normal: 0, alternate: 0 };
  readonly #keys = new Set<number>();
  #titles = 0;
  readonly #other = new Set<Other>();
  /** The introducer of a string and how its content begins. */
  #string = "";

  /** Whether the alternate screen is shown. */
  get alternate(): boolean {
    return this.#alternate !== null;
  }

  /** Reads what is written to the terminal, in any pieces. */
  read(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#state === "ground") {
        // Most output is text: let the engine look for the next escape.
        at = bytes.indexOf(ESC, at);
        if (at < 0) return;
      }
      this.#step(bytes[at++]!);
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
      case "intermediate":
        if (byte >= 0x30) {
          this.#designate(this.#intermediate, byte);
          this.#state = "ground";
        } else if (byte === ESC) this.#state = "escape";
        return;
      case "csi":
        this.#csi(byte);
        return;
      case "string":
        if (byte === ESC) this.#state = "string escape";
        else if (byte === 0x07) this.#endString();
        else if (this.#string.length < START) this.#string += String.fromCharCode(byte);
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
        this.#string = String.fromCharCode(byte);
        break;
      case 0x37: // 7
        this.#saved();
        break;
      case 0x48: // H
        this.#other.add("tabs");
        break;
      case 0x3d: // =
      case 0x3e: // >
        this.#set("keypad", byte === 0x3d);
        break;
      case 0x63: // c
        this.#forget();
        break;
      default:
        if (byte >= 0x20 && byte < 0x30) [this.#state, this.#intermediate] = ["intermediate", byte];
    }
  }

  /** `ESC`, an intermediate and a letter: character sets, and how bytes are read. */
  #designate(intermediate: number, final: number): void {
    if (intermediate >= 0x28 && intermediate <= 0x2f) {
      if (final !== 0x42) this.#other.add("charset");
    } else if (intermediate === 0x20) this.#set("eight bits", final === 0x47);
    else if (intermediate === 0x25) this.#set("no UTF-8", final === 0x40);
  }

  /** The cursor was saved. Each screen has one. */
  #saved(): void {
    if (this.#alternate !== null) this.#other.add("alternate cursor");
  }

  #set(name: Other, on: boolean): void {
    this.#other[on ? "add" : "delete"](name);
  }

  #endString(): void {
    this.#state = "ground";
    const said = setByString(this.#string);
    if (said) this.#set(...said);
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
        if (/^[\d;]*$/.test(parameters)) this.#set("region", parameters !== "");
        break;
      case "u":
        this.#keyboard(parameters[0], numbers[0] ?? 0);
        break;
      case "q":
        if (parameters.endsWith(" ")) this.#set("cursor shape", !/^0? $/.test(parameters));
        else if (parameters.endsWith('"')) this.#set("protection", parameters === '1"');
        break;
      case "m":
        if (parameters[0] !== ">" || numbers[0]! > MAX_RESOURCE) break;
        this.#keys[numbers.length > 1 ? "add" : "delete"](numbers[0]!);
        break;
      case "g":
        this.#other.add("tabs");
        break;
      case "s":
        if (parameters === "") this.#saved();
        break;
      case "W":
        if (parameters === "?5") this.#other.delete("tabs");
        break;
      case "i":
        if (parameters === "4" || parameters === "5") this.#set("printer", parameters === "5");
        break;
      case "p":
        if (parameters === "!") this.#softReset();
        else if (parameters[0] === ">") this.#other.add("pointer hiding");
        break;
      case "t":
        if (parameters[0] === ">") this.#other.add("title modes");
        else if (numbers[0] === 22 && numbers[1] !== 1) this.#titles = Math.min(MAX_TITLES, this.#titles + 1);
        else if (numbers[0] === 23 && numbers[1] !== 1) this.#titles = Math.max(0, this.#titles - 1);
        break;
    }
  }

  #mode(isPrivate: boolean, n: number, on: boolean): void {
    if (isPrivate && ALTERNATE.has(n)) {
      this.#alternate = on ? n : null;
      return;
    }
    const first = startsOn(isPrivate, n);
    if (first === undefined) return;
    const name = `${isPrivate ? "?" : ""}${n}`;
    if (on === first) this.#changed.delete(name);
    else this.#changed.set(name, on);
    // Whether a cursor blinks at first is the person's choice, as is its shape.
    if (name === "?12") this.#other.add("cursor shape");
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
    this.#keys.clear();
    this.#titles = 0;
    this.#alternate = null;
    this.#pushed.normal = this.#pushed.alternate = 0;
  }

  /** What brings a terminal of `cols` columns back to what people's shells expect. */
  restore(cols: number): string {
    return undo({
      unfinished: this.#state !== "ground",
      modes: this.#changed,
      alternate: this.#alternate,
      keyboards: this.#pushed,
      keys: this.#keys,
      titles: this.#titles,
      other: this.#other,
    }, cols);
  }
}
