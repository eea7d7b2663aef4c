/** A join URL as a QR code for the terminal: two modules per character, in black and white in any theme. */
import { encode } from "uqr";

/** ISO/IEC 18004 requires four modules of white around the code; phones read it with two, which fit a small window. */
const BORDER = 2;
/** xterm's fixed white on its fixed black: themes change only the first sixteen colours. */
const COLOURS = "\x1b[38;5;231;48;5;16m";

/** The lines of the code, or null if it is wider than `cols`. Pure. */
export function qrLines(url: string, cols: number): string[] | null {
  const { data, size } = encode(url, { ecc: "L", border: BORDER });
  if (size > cols) return null;
  const white = (x: number, y: number) => y < size ? !data[y]![x]! : false;
  const lines: string[] = [];
  for (let y = 0; y < size; y += 2) {
    let line = "";
    for (let x = 0; x < size; x++) {
      const top = white(x, y), bottom = white(x, y + 1);
      line += top ? (bottom ? "█" : "▀") : bottom ? "▄" : " ";
    }
    lines.push(`${COLOURS}${line}\x1b[0m`);
  }
  return lines;
}
