/** Terminal colours: parsing the forms that programs write, and the standard palette. */

export type Rgb = readonly [red: number, green: number, blue: number];

/** The colours of the host's own terminal, as far as it reported them: the answers to colour queries where no program has set a colour. */
export interface Colours {
  /** By the code of `OSC`, 10 to 12. */
  readonly dynamic: ReadonlyMap<number, Rgb>;
  /** By number, 0 to 255. */
  readonly palette: ReadonlyMap<number, Rgb>;
}

/** No colours reported: there is no terminal, or it reports none. */
export const NO_COLOURS: Colours = { dynamic: new Map(), palette: new Map() };

/** Light grey on black, the default of most terminals. */
const FOREGROUND: Rgb = [229, 229, 229];
const BACKGROUND: Rgb = [0, 0, 0];

/**
 * The answer to a query of `OSC code` (10 foreground, 11 background, 12 cursor); the usual colours where the host's terminal reported none.
 */
export function dynamicColour({ dynamic }: Colours, code: number): Rgb {
  const foreground = dynamic.get(10) ?? FOREGROUND;
  if (code === 11) return dynamic.get(11) ?? BACKGROUND;
  return code === 12 ? dynamic.get(12) ?? foreground : foreground;
}

/** xterm's first 16 colours, as `#rrggbb` without the hash. */
const ANSI =
  "000000cd000000cd00cdcd000000eecd00cd00cdcde5e5e57f7f7fff000000ff00ffff005c5cffff00ff00ffffffffff";
/** Levels of xterm's 6x6x6 cube. */
const CUBE = [0, 95, 135, 175, 215, 255];

/** Colour `index` (0 to 255) of xterm's palette: 16 ANSI colours, a cube, greys. */
export function paletteColour(index: number): Rgb {
  if (index < 16) {
    const at = (i: number) => parseInt(ANSI.slice(index * 6 + i * 2, index * 6 + i * 2 + 2), 16);
    return [at(0), at(1), at(2)];
  }
  if (index < 232) {
    const n = index - 16;
    return [CUBE[Math.floor(n / 36)]!, CUBE[Math.floor(n / 6) % 6]!, CUBE[n % 6]!];
  }
  const grey = 8 + (index - 232) * 10;
  return [grey, grey, grey];
}

/** Parses `rgb:r/g/b` with 1 to 4 hex digits each, or `#` with 3, 6, 9 or 12 (XParseColor); null for colour names and anything else. */
export function parseColour(text: string): Rgb | null {
  const parts = /^rgb:([0-9a-f]{1,4})\/([0-9a-f]{1,4})\/([0-9a-f]{1,4})$/i.exec(text)?.slice(1);
  if (parts) return rgb((i) => parseInt(parts[i]!, 16) / (16 ** parts[i]!.length - 1));
  const hex = /^#((?:[0-9a-f]{3}){1,4})$/i.exec(text)?.[1];
  if (!hex) return null;
  const n = hex.length / 3;
  return rgb((i) => parseInt(hex.slice(i * n, i * n + Math.min(n, 2)), 16) / (n === 1 ? 15 : 255));
}

function rgb(part: (i: number) => number): Rgb {
  const byte = (i: number) => Math.round(part(i) * 255);
  return [byte(0), byte(1), byte(2)];
}

/** The form of answers to colour queries: `rgb:rrrr/gggg/bbbb`. */
export function colourReply(colour: Rgb): string {
  return "rgb:" + colour.map((part) => part.toString(16).padStart(2, "0").repeat(2)).join("/");
}

/** Whether text on this background would be light (Rec. 601 luma). */
export function isDark([red, green, blue]: Rgb): boolean {
  return red * 0.299 + green * 0.587 + blue * 0.114 < 128;
}
