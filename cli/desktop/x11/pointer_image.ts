/** A pointer's image as browsers take it. Pure. */
import type { XCursorImage } from "./connection/x11_client.ts";
import type { PointerImage } from "./types.ts";

/** The longest side that is shown, in pixels; of a larger image the corner. Themes have up to 256. */
const MAX_SIDE = 256;

/** From the server's premultiplied ARGB (32-bit words, little-endian) to straight RGBA. */
export function readPointerImage(image: XCursorImage): PointerImage {
  const width = Math.min(image.width, MAX_SIDE);
  const height = Math.min(image.height, MAX_SIDE);
  const rgba = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * image.width + x) * 4;
      const to = (y * width + x) * 4;
      const alpha = image.cursorImage[from + 3] ?? 0;
      rgba[to] = straight(image.cursorImage[from + 2], alpha);
      rgba[to + 1] = straight(image.cursorImage[from + 1], alpha);
      rgba[to + 2] = straight(image.cursorImage[from], alpha);
      rgba[to + 3] = alpha;
    }
  }
  return {
    serial: image.cursorSerial,
    width,
    height,
    hotX: Math.min(image.xhot, Math.max(0, width - 1)),
    hotY: Math.min(image.yhot, Math.max(0, height - 1)),
    rgba,
  };
}

function straight(colour: number | undefined, alpha: number): number {
  return alpha === 0 ? 0 : Math.min(255, Math.round((colour ?? 0) * 255 / alpha));
}
