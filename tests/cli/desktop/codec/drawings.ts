/** Pictures for tests, as BGRX. */

export interface Drawn {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array<ArrayBuffer>;
}

/** Red, green and blue (0 to 255) of the pixel at `x`, `y`. */
export type Pixel = (x: number, y: number) => readonly [number, number, number];

/** A picture whose pixels are `pixel`. The fourth byte is noise: no one may look at it. */
export function draw(width: number, height: number, pixel: Pixel): Drawn {
  const pixels = new Uint8Array(width * height * 4);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      const [red, green, blue] = pixel(x, y);
      pixels[at] = blue;
      pixels[at + 1] = green;
      pixels[at + 2] = red;
      pixels[at + 3] = x * y;
    }
  }
  return { width, height, pixels };
}

const COLOURS = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255], [0, 0, 0], [255, 255, 0]] as const;

/** Blocks of full colours, and one that moves with `number`. */
export function colours(width: number, height: number, number = 0): Drawn {
  const left = (number * 8) % width;
  return draw(width, height, (x, y) => {
    if (y >= height / 2 && y < height / 2 + 32 && x >= left && x < left + 64) return [255, 128, 0];
    return COLOURS[Math.floor(x * COLOURS.length / width)]!;
  });
}

/** Noise, which no encoder can make small: another one for each `number`. */
export function noise(width: number, height: number, number: number): Drawn {
  let state = number * 7919 + 1;
  return draw(width, height, () => {
    state = (state * 1103515245 + 12345) & 0x7fffffff;
    const grey = state >> 16 & 255;
    return [grey, grey, grey];
  });
}
