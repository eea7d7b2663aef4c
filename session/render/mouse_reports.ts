/** Turns a real terminal's mouse reports into those that the program on the screen requested, in the screen's coordinates. */

import type { Viewport } from "./viewport.ts";

/** The encoding that a program requested: xterm's first form, SGR (1006, and 1016 with cells for pixels), or urxvt's (1015). */
export type MouseEncoding = "DEFAULT" | "SGR" | "SGR_PIXELS" | "URXVT";

/** The largest column and row that xterm's first form can express. */
const DEFAULT_MAX = 223;

// deno-lint-ignore no-control-regex -- it is about an escape sequence
const SGR = /^\x1b\[<(\d+);(\d+);(\d+)([Mm])$/;

/**
 * One report in the `encoding` that the program requested, in the screen's coordinates; `port`: what the window shows. Empty for a position
 * outside the screen's part of the window. A report that is not in SGR form comes from a terminal that knows no other, and is returned
 * unchanged.
 */
export function mouseReport(report: Uint8Array, port: Viewport, encoding: MouseEncoding): Uint8Array {
  const match = SGR.exec(String.fromCharCode(...report));
  return match ? Uint8Array.from(translate(match, port, encoding)) : report;
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
