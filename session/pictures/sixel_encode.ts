/** Encodes pixels as a sixel picture of another size. */
import type { Pixels } from "./picture_sizes.ts";
import type { Raster } from "./sixel.ts";

const SIXEL = 6;
/** The number of colours that every terminal with sixel supports. */
const MAX_COLOURS = 256;
/** Levels of red, green and blue for a picture with more colours: 252 in all. */
const LEVELS = [6, 7, 6] as const;

/**
 * `from`, scaled to `width` x `height` pixels (nearest neighbour; the height is a multiple of 6), as the content of a DCS. Transparent
 * pixels stay transparent.
 */
export function encodeSixel(from: Raster, { width, height }: Pixels): string {
  const colourOf = palette(from);
  const colours = new Map<number, number>();
  const out: string[] = [];
  const columns = Uint32Array.from({ length: width }, (_, x) => Math.floor(x * from.width / width));
  for (let top = 0; top < height; top += SIXEL) {
    const rows = new Map<number, Uint8Array>();
    for (let bit = 0; bit < SIXEL; bit++) {
      const start = Math.floor((top + bit) * from.height / height) * from.width;
      for (let x = 0; x < width; x++) {
        const colour = colourOf(start + columns[x]!);
        if (colour < 0) continue;
        let row = rows.get(colour);
        if (!row) rows.set(colour, row = new Uint8Array(width));
        row[x]! |= 1 << bit;
      }
    }
    const lines = [...rows].map(([colour, row]) => {
      if (!colours.has(colour)) colours.set(colour, colours.size);
      return `#${colours.get(colour)}${packed(row)}`;
    });
    out.push(lines.join("$"));
  }
  const registers = [...colours].map(([colour, register]) => {
    const percent = [colour >> 16, colour >> 8 & 255, colour & 255].map((part) => Math.round(part / 2.55));
    return `#${register};2;${percent.join(";")}`;
  });
  return `P0;1;0q"1;1;${width};${height}${registers.join("")}${out.join("-")}`;
}

/** A function from a pixel's index to its colour; -1: transparent. */
function palette({ data }: Raster): (index: number) => number {
  const seen = new Set<number>();
  for (let i = 0; i < data.length && seen.size <= MAX_COLOURS; i += 4) {
    if (data[i + 3]! >= 128) seen.add(data[i]! << 16 | data[i + 1]! << 8 | data[i + 2]!);
  }
  const level = (value: number, levels: number) =>
    Math.round(Math.round(value * (levels - 1) / 255) * 255 / (levels - 1));
  const tables = LEVELS.map((levels) =>
    seen.size > MAX_COLOURS
      ? Uint8Array.from({ length: 256 }, (_, value) => level(value, levels))
      : Uint8Array.from({ length: 256 }, (_, value) => value)
  );
  const [red, green, blue] = tables as [Uint8Array, Uint8Array, Uint8Array];
  return (index) => {
    const at = index * 4;
    if (data[at + 3]! < 128) return -1;
    return red[data[at]!]! << 16 | green[data[at + 1]!]! << 8 | blue[data[at + 2]!]!;
  };
}

/** Sixels of one colour, run-length encoded. */
function packed(row: Uint8Array): string {
  let out = "";
  for (let x = 0; x < row.length;) {
    let end = x + 1;
    while (end < row.length && row[end] === row[x]) end++;
    const sixel = String.fromCharCode(0x3f + row[x]!);
    out += end - x > 3 ? `!${end - x}${sixel}` : sixel.repeat(end - x);
    x = end;
  }
  return out;
}
