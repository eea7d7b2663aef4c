/** Paints pictures that come as tiles: all of one at once, so that nobody sees a half. */
import { jpegSize } from "./image_size.ts";
import type { PictureIn } from "../../../session/services/desktop/desktop_client.ts";

const UNREADABLE = "a tile of a picture can't be read, or has another size than its head says";

/** The canvas of a desktop, painted tile by tile. */
export class PicturePainter {
  readonly #context: CanvasRenderingContext2D;

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.#context = canvas.getContext("2d", { alpha: false, desynchronized: true })!;
  }

  /**
   * Paints a picture; settles when it is on the canvas.
   * Throws Error if a tile is no JPEG, or another size than its head says: then the stream is opened anew, which begins with all of it.
   */
  async paint({ head: { width, height, tiles }, tiles: jpegs }: PictureIn): Promise<void> {
    const fits = tiles.every(([, , across, down], i) => {
      const says = jpegSize(jpegs[i]!);
      return says?.width === across && says.height === down;
    });
    if (!fits) throw new Error(UNREADABLE);
    const decoded = await Promise.allSettled(jpegs.map((jpeg) => bitmapOf(jpeg)));
    const bitmaps = decoded.map((result) => result.status === "fulfilled" ? result.value : undefined);
    try {
      if (bitmaps.includes(undefined)) throw new Error(UNREADABLE);
      if (this.canvas.width !== width || this.canvas.height !== height) {
        this.canvas.width = width;
        this.canvas.height = height;
      }
      tiles.forEach(([x, y], i) => this.#context.drawImage(bitmaps[i]!, x, y));
    } finally {
      for (const bitmap of bitmaps) bitmap?.close();
    }
  }
}

function bitmapOf(jpeg: Uint8Array): Promise<ImageBitmap> {
  return createImageBitmap(new Blob([jpeg as Uint8Array<ArrayBuffer>], { type: "image/jpeg" }));
}
