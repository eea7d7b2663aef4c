/** Pictures as the browser draws them: decoded once, in bounded memory. Their bytes come from a host that may be hostile. */
import { fits, rasterOf } from "../../../session/pictures/picture_raster.ts";
import { fileSize, fileType } from "../../../session/pictures/picture_sizes.ts";
import type { Picture, PictureStore } from "../../../session/pictures/picture_store.ts";

/** A picture with more pixels stays a box: four bytes each, and a file of 4 MiB may say that it has a billion. */
const MAX_PIXELS = 16 * 1024 * 1024;
/** Pixels of all that are kept decoded, the oldest of which is forgotten: 128 MB. */
const MAX_ALL = 32 * 1024 * 1024;

/** Decoded pictures, bounded in number and size. */
export class PictureBitmaps {
  /** Null: it is being decoded, or can't be. */
  readonly #bitmaps = new Map<string, ImageBitmap | null>();
  #pixels = 0;

  /** @param changed called when another one can be drawn */
  constructor(private readonly store: PictureStore, private readonly changed: () => void) {}

  /** The picture if it can be drawn now; otherwise it is decoded, if its bytes are here. */
  get(id: string): ImageBitmap | undefined {
    const known = this.#bitmaps.get(id);
    const picture = this.store.get(id);
    if (known === undefined && picture) {
      this.#bitmaps.set(id, null);
      void this.#decode(id, picture);
    } else if (known) {
      // Visible pictures count as the newest.
      this.#bitmaps.delete(id);
      this.#bitmaps.set(id, known);
    }
    return known ?? undefined;
  }

  async #decode(id: string, picture: Picture): Promise<void> {
    const bitmap = await decode(picture).catch(() => undefined);
    if (!bitmap) return;
    this.#bitmaps.set(id, bitmap);
    this.#pixels += bitmap.width * bitmap.height;
    for (const [oldest, other] of this.#bitmaps) {
      if (this.#pixels <= MAX_ALL || oldest === id) break;
      this.#bitmaps.delete(oldest);
      this.#pixels -= (other?.width ?? 0) * (other?.height ?? 0);
      other?.close();
    }
    this.changed();
  }
}

function decode(picture: Picture): Promise<ImageBitmap | undefined> {
  if (picture.kind === "file") {
    const { data } = picture;
    const [type, size] = [fileType(data), fileSize(data)];
    if (!type || !size || !fits(size, MAX_PIXELS)) return Promise.resolve(undefined);
    return createImageBitmap(new Blob([data.slice()], { type }));
  }
  const raster = rasterOf(picture);
  return raster ? createImageBitmap(new ImageData(raster.data, raster.width)) : Promise.resolve(undefined);
}
