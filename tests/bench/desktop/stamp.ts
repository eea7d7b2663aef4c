/**
 * A time in pixels: 16 squares, one a bit of the ms since 1970, white for 1, with the inverse in a second row, so that a picture of two times
 * is found out. Pictures lose colours and sharpness on their way, but no square of 16 pixels.
 */

/** A square's side, the number of them, and where they begin; pixels. */
export const CELL = 16;
export const CELLS = 16;
export const LEFT = 16;
export const TOP = 16;

/** BGRX, `CELLS * CELL` by `2 * CELL` pixels. */
export function stampPixels(ms: number): Uint8Array {
  const value = Math.floor(ms) % 2 ** CELLS;
  const width = CELLS * CELL;
  const pixels = new Uint32Array(width * 2 * CELL);
  for (let y = 0; y < 2 * CELL; y++) {
    for (let x = 0; x < width; x++) {
      const bit = value >> (CELLS - 1 - Math.floor(x / CELL)) & 1;
      pixels[y * width + x] = (bit === 1) === y < CELL ? 0xffffff : 0;
    }
  }
  return new Uint8Array(pixels.buffer);
}

/** What {@link watchStamps} leaves in the page. */
export interface Stamps {
  /** Ages of pictures, each when it was first painted, ms. */
  ages: number[];
  /** When each was painted, `performance.now()`. */
  at: number[];
}

/**
 * Runs in the page: notes the age of each picture of `selector`'s video or canvas when it is painted. Of a video the browser says when; a
 * canvas is looked at in each frame.
 */
export function watchStamps(
  [selector, cell, cells, left, top]: readonly [string, number, number, number, number],
) {
  const source = document.querySelector<HTMLVideoElement | HTMLCanvasElement>(selector)!;
  const [width, height] = [cell * cells, cell * 2];
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true })!;
  const stamps: Stamps = { ages: [], at: [] };
  let last = -1;
  const read = (): number => {
    context.drawImage(source, left, top, width, height, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    const bright = (x: number, y: number) => data[(y * width + x) * 4 + 1]!;
    let value = 0;
    for (let bit = 0; bit < cells; bit++) {
      const x = bit * cell + cell / 2;
      const [above, below] = [bright(x, cell / 2), bright(x, cell * 1.5)];
      if (Math.abs(above - below) < 64) return -1;
      value = value * 2 + (above > below ? 1 : 0);
    }
    return value;
  };
  const look = () => {
    const now = performance.now();
    const value = read();
    if (value < 0 || value === last) return;
    last = value;
    const range = 2 ** cells;
    stamps.ages.push(((performance.timeOrigin + now) % range - value + range) % range);
    stamps.at.push(now);
  };
  const next = () => {
    look();
    if (source instanceof HTMLVideoElement) source.requestVideoFrameCallback(next);
    else requestAnimationFrame(next);
  };
  next();
  Object.assign(globalThis, { stamps });
}
