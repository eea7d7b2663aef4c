/** Turns a real terminal's mouse reports into those that the program on the screen asked for, in the screen's coordinates. */

import type { Viewport } from "./viewport.ts";

/** How a program wants reports: xterm's first form, SGR (1006, and 1016 with cells for pixels), or urxvt's (1015). */
export type MouseEncoding = "DEFAULT" | "SGR" | "SGR_PIXELS" | "URXVT";

const PREFIX = [0x1b, 0x5b, 0x3c];
/** A report is `CSI < button ; column ; row M`: longer is none. */
const MAX_REPORT = 32;
/** xterm's first form can't tell columns and rows beyond this. */
const DEFAULT_MAX = 223;

/**
 * Filters typed bytes. Reports outside of the screen's part of the window are dropped, all else passes. A report that is
 * cut over two reads is held until it is whole.
 */
export class MouseInput {
  #held: number[] = [];

  /** `port`: what the window shows; `encoding`: what the program asked for. */
  push(bytes: Uint8Array, port: Viewport, encoding: MouseEncoding): Uint8Array {
    const input = [...this.#held, ...bytes];
    const out: number[] = [];
    this.#held = [];
    for (let i = 0; i < input.length;) {
      if (PREFIX.some((byte, k) => input[i + k] !== byte)) {
        out.push(input[i++]!);
        continue;
      }
      let end = i + PREFIX.length;
      while (end < input.length && isBody(input[end]!) && end - i < MAX_REPORT) end++;
      if (end === input.length && end - i < MAX_REPORT) {
        this.#held = input.slice(i);
        break;
      }
      const match = /^(\d+);(\d+);(\d+)([Mm])$/.exec(String.fromCharCode(...input.slice(i + 3, end + 1)));
      if (match) out.push(...translate(match, port, encoding));
      else out.push(...input.slice(i, end + 1));
      i = end + 1;
    }
    return new Uint8Array(out);
  }
}

/** Digits and semicolons. */
function isBody(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x3b;
}

function translate(match: RegExpExecArray, port: Viewport, encoding: MouseEncoding): number[] {
  const [button, x, y] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (x < 1 || y < 1 || x > port.cols || y > port.rows) return [];
  const [column, row] = [x + port.left, y + port.top];
  const release = match[4] === "m";
  const text = (s: string) => Array.from(s, (c) => c.charCodeAt(0));
  switch (encoding) {
    case "SGR":
    case "SGR_PIXELS":
      return text(`\x1b[<${button};${column};${row}${match[4]}`);
    case "URXVT":
      return text(`\x1b[${(release ? 3 | (button & ~3) : button) + 32};${column};${row}M`);
    case "DEFAULT": {
      if (column > DEFAULT_MAX || row > DEFAULT_MAX) return [];
      const code = (release ? 3 | (button & ~3) : button) + 32;
      return code > 255 ? [] : [0x1b, 0x5b, 0x4d, code, column + 32, row + 32];
    }
    default:
      return encoding satisfies never;
  }
}
