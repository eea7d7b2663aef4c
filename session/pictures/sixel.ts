/**
 * Draws sixel pictures (VT340 Programmer Reference, chapter 14; colour registers in RGB or HLS) into pixels, in bounded time and memory.
 */
import type { Pixels } from "./picture_sizes.ts";

export interface Raster extends Pixels {
  /** Red, green, blue, alpha for each pixel, row by row. */
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/** The initial colours of a terminal (VT340), in percent. */
const FIRST = [
  ...[[0, 0, 0], [20, 20, 80], [80, 13, 13], [20, 80, 20], [80, 20, 80], [20, 80, 80], [80, 80, 20]],
  ...[[53, 53, 53], [26, 26, 26], [33, 33, 60], [60, 26, 26], [33, 60, 33], [60, 33, 60], [33, 60, 60]],
  ...[[60, 60, 33], [80, 80, 80]],
];
const REGISTERS = 1024;
const SIXEL = 6;
/** The most sixels drawn, including overwritten ones: 24 million pixels. A stream of 4 MiB could ask for thousands of times as many. */
const MAX_DRAWN = 4 * 1024 * 1024;

/** The pixels of a sixel picture; `size` is the result of `sixelSize`. Pixels that are never drawn are transparent. */
export function drawSixel(text: string, { width, height }: Pixels): Raster {
  const data = new Uint8ClampedArray(width * height * 4);
  const pixels = new Uint32Array(data.buffer);
  const colours = new Uint32Array(REGISTERS).fill(packed([80, 80, 80]));
  FIRST.forEach((colour, i) => colours[i] = packed(colour));
  let [x, y, colour, drawn] = [0, 0, colours[0]!, 0];
  const body = text.slice(text.indexOf("q") + 1);
  for (const [token, repeat, sixels, register, kind, a, b, c] of body.matchAll(TOKEN)) {
    if (token === "$") x = 0;
    else if (token === "-") [x, y] = [0, y + SIXEL];
    else if (register !== undefined) {
      const index = Number(register) % REGISTERS;
      if (kind !== undefined) colours[index] = packed(rgbOf(kind, [Number(a), Number(b), Number(c)]));
      colour = colours[index]!;
    } else {
      const times = repeat === undefined ? 1 : Math.max(1, Number(repeat));
      for (let i = 0; i < sixels!.length; i++) {
        const bits = sixels!.charCodeAt(i) - 0x3f;
        const [from, end] = [x, Math.min(width, x + times)];
        x += times;
        if (bits === 0 || from >= width) continue;
        drawn += end - from;
        if (drawn > MAX_DRAWN || y >= height) return { width, height, data };
        for (let bit = 0; bit < SIXEL && y + bit < height; bit++) {
          const row = (y + bit) * width;
          if ((bits >> bit & 1) === 0) continue;
          if (end - from === 1) pixels[row + from] = colour;
          else pixels.fill(colour, row + from, row + end);
        }
      }
    }
  }
  return { width, height, data };
}

/** Movement, a colour, a repeated sixel, sixels. */
const TOKEN =
  /[$-]|(?:!(\d{1,6}))?((?<=!\d{1,6})[?-~]|(?<!!\d{0,6})[?-~]+)|#(\d{1,6})(?:;([12]);(\d{1,3});(\d{1,3});(\d{1,3}))?/g;

/** A colour in percent as one word in memory order. */
function packed([red, green, blue]: readonly number[]): number {
  const byte = (percent: number) => Math.round(Math.min(100, percent) * 2.55);
  return (255 << 24 | byte(blue!) << 16 | byte(green!) << 8 | byte(red!)) >>> 0;
}

/** Kind 1 is hue (0: blue), lightness and saturation, kind 2 RGB; the result is RGB in percent. */
function rgbOf(kind: string, [first, second, third]: readonly [number, number, number]): readonly number[] {
  if (kind === "2") return [first, second, third];
  const [hue, light, saturation] = [
    (first + 240) % 360 / 60,
    Math.min(second, 100),
    Math.min(third, 100) / 100,
  ];
  const reach = saturation * Math.min(light, 100 - light);
  const part = (n: number) => {
    const k = (n / 30 + hue * 2) % 12;
    return light - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1));
  };
  return [part(0), part(240), part(120)];
}
