/**
 * State that a program sets and xterm.js 6.0 does not keep: modes that it does not know, keyboard protocols, colours. Handlers of the
 * emulator's parser observe each sequence and let it pass.
 */

import type { Emulator, Link } from "./xterm_internals.ts";
import { CLUSTER_MODE } from "./widths.ts";

/** Private modes (DECSET) that xterm.js keeps itself, or that are no state: these are not recorded. */
const NOT_SHADOWED = new Set([
  ...[1, 2, 3, 6, 7, 9, 12, 25, 45, 47, 66, 1000, 1002, 1003, 1004, 1006, 1016],
  ...[1047, 1048, 1049, 2004, 2026, CLUSTER_MODE],
]);

/** Modes of mouse reports: presses, also releases, also drags, all motion. */
const MOUSE = new Set([9, 1000, 1002, 1003]);

/** Limits against a stream that sets everything: entries, and characters of a colour's name. */
const MAX_MODES = 64;
const MAX_COLOUR = 64;
/** The limit of the kitty keyboard protocol's stack; kitty's own value. */
const MAX_KITTY = 8;

/** `OSC 10` to `19` set a dynamic colour, `110` to `119` reset it. */
const DYNAMIC = [10, 11, 12, 13, 14, 15, 16, 17, 18, 19];

/** The recorded state of one emulator. */
export class ExtraModes {
  #modes = new Map<number, boolean>();
  /** The mouse modes that were set, the newest last: a terminal without the best of them uses the next. */
  #mouse: number[] = [];
  #kitty = { normal: [] as number[], alt: [] as number[] };
  /** xterm's `CSI > Pp ; Pv m` (modifyOtherKeys and related resources): resource to value. */
  #modifyKeys = new Map<number, number>();
  #palette = new Map<number, string>();
  #dynamic = new Map<number, string>();

  /** @param onReset called when the stream resets the terminal (RIS) */
  constructor(private readonly emulator: Emulator, private readonly onReset: () => void) {
    const input = emulator._inputHandler;
    input.registerEscHandler({ final: "c" }, () => (this.reset(), this.onReset(), false));
    for (const final of ["h", "l"]) {
      input.registerCsiHandler({ prefix: "?", final }, (p) => {
        for (let i = 0; i < p.length; i++) this.#mode(p.params[i]!, final === "h");
        return false;
      });
    }
    input.registerCsiHandler({ prefix: ">", final: "m" }, (p) => {
      const [resource, value] = [p.params[0]!, p.length > 1 ? p.params[1]! : -1];
      if (p.params[0] === 0 && p.length === 1) this.#modifyKeys.clear();
      else if (value < 0) this.#modifyKeys.delete(resource);
      else if (resource < MAX_KITTY) this.#modifyKeys.set(resource, value);
      return false;
    });
    this.#watchKitty();
    this.#watchColours();
  }

  /** Forgets everything, as a reset of the terminal does. */
  reset(): void {
    this.#modes.clear();
    this.#mouse = [];
    this.#kitty = { normal: [], alt: [] };
    this.#modifyKeys.clear();
    this.#palette.clear();
    this.#dynamic.clear();
  }

  /** The hyperlink with this number. */
  link(id: number): Link | undefined {
    return this.emulator._oscLinkService.getLinkData(id);
  }

  /** Whether a recorded mode is set; undefined if it was never set or reset. */
  mode(mode: number): boolean | undefined {
    return this.#modes.get(mode);
  }

  /** The recorded modes, in the order in which they were set. */
  get modes(): ReadonlyMap<number, boolean> {
    return this.#modes;
  }

  /** The mouse modes in force, in the order in which they were set: xterm.js keeps only the last. */
  get mouse(): readonly number[] {
    return this.#mouse;
  }

  /** The colour that a program set for palette entry `index`, as it was written. */
  palette(index: number): string | undefined {
    return this.#palette.get(index);
  }

  /** The dynamic colour of `OSC code` (10 foreground, 11 background, 12 cursor), as it was written. */
  dynamic(code: number): string | undefined {
    return this.#dynamic.get(code);
  }

  /** The kitty keyboard flags, the top of the stack last; empty: the protocol is off. */
  kitty(screen: "normal" | "alt"): readonly number[] {
    return this.#kitty[screen];
  }

  /** Sequences that restore modes, keyboard resources and colours. Kitty flags are per screen: {@link kittySequence}. */
  sequence(): string {
    let out = "";
    for (const [mode, on] of this.#modes) out += `\x1b[?${mode}${on ? "h" : "l"}`;
    return out + this.modifyKeys() + this.colours();
  }

  /** Sequences that restore xterm's modifyOtherKeys and related resources. */
  modifyKeys(): string {
    return [...this.#modifyKeys].map(([resource, value]) => `\x1b[>${resource};${value}m`).join("");
  }

  /** Sequences that restore the colours that a program set. */
  colours(): string {
    let out = "";
    for (const [index, colour] of this.#palette) out += `\x1b]4;${index};${colour}\x1b\\`;
    for (const [code, colour] of this.#dynamic) out += `\x1b]${code};${colour}\x1b\\`;
    return out;
  }

  /** Sequences that restore the kitty keyboard flags of one screen. */
  kittySequence(screen: "normal" | "alt"): string {
    return this.#kitty[screen].map((flags) => `\x1b[>${flags}u`).join("");
  }

  #mode(mode: number, on: boolean): void {
    // Terminals have one kind of mouse reports at a time: resetting one resets all.
    if (MOUSE.has(mode)) this.#mouse = on ? [...this.#mouse.filter((other) => other !== mode), mode] : [];
    if (NOT_SHADOWED.has(mode)) return;
    this.#modes.delete(mode);
    if (this.#modes.size < MAX_MODES) this.#modes.set(mode, on);
  }

  #watchKitty(): void {
    const input = this.emulator._inputHandler;
    const stack = () => {
      const { active, alt } = this.emulator._bufferService.buffers;
      return this.#kitty[active === alt ? "alt" : "normal"];
    };
    input.registerCsiHandler({ prefix: ">", final: "u" }, (p) => {
      const flags = stack();
      flags.push(p.params[0]! & 31);
      if (flags.length > MAX_KITTY) flags.shift();
      return false;
    });
    input.registerCsiHandler({ prefix: "<", final: "u" }, (p) => {
      const flags = stack();
      flags.length = Math.max(0, flags.length - Math.max(1, p.params[0]!));
      return false;
    });
    input.registerCsiHandler({ prefix: "=", final: "u" }, (p) => {
      const flags = stack();
      const was = flags.pop() ?? 0;
      const said = p.params[0]! & 31;
      const how = p.length > 1 ? p.params[1]! : 1;
      flags.push(how === 2 ? was | said : how === 3 ? was & ~said : said);
      return false;
    });
  }

  #watchColours(): void {
    const input = this.emulator._inputHandler;
    input.registerOscHandler(4, (data) => {
      const parts = data.split(";");
      for (let i = 0; i + 1 < parts.length; i += 2) {
        const index = Number(parts[i]);
        const colour = parts[i + 1]!;
        if (Number.isInteger(index) && index >= 0 && index < 256 && isColour(colour)) {
          this.#palette.set(index, colour);
        }
      }
      return false;
    });
    input.registerOscHandler(104, (data) => {
      if (data === "") this.#palette.clear();
      for (const index of data.split(";")) this.#palette.delete(Number(index));
      return false;
    });
    for (const first of DYNAMIC) {
      // One sequence may set the following colours too: OSC 10 ; fg ; bg.
      input.registerOscHandler(first, (data) => {
        data.split(";").forEach((colour, i) => {
          if (first + i < 20 && isColour(colour)) this.#dynamic.set(first + i, colour);
        });
        return false;
      });
      input.registerOscHandler(100 + first, () => (this.#dynamic.delete(first), false));
    }
  }
}

function isColour(text: string): boolean {
  return text !== "?" && text !== "" && text.length <= MAX_COLOUR;
}
