/** The bytes of pictures on a screen or in its history, by their hash. Bounded: the oldest are forgotten, and views show their boxes. */
import { sha256 } from "@noble/hashes/sha2.js";
import { PICTURE_KINDS } from "../../frames/history_frames.ts";
import { MAX_PICTURE } from "../../frames/limits.ts";

const MAX_BYTES = 64 * 1024 * 1024;
const MAX_NUMBER = 256;

/** `sixel`: parameters, `q` and data; `file`: a PNG, JPEG or GIF; `rgb`, `rgba`: width and height, 32 bits each, and the pixels. */
export type PictureKind = Exclude<typeof PICTURE_KINDS[number], "none">;

export interface Picture {
  readonly kind: PictureKind;
  readonly data: Uint8Array;
}

/** A cache: a program may show a picture again with a few bytes, and hashing 4 MiB takes 25 ms. */
const known = new WeakMap<Picture, string>();

/** The id of a picture: 32 hexadecimal digits of its hash. */
export function pictureId(picture: Picture): string {
  const before = known.get(picture);
  if (before !== undefined) return before;
  const { kind, data } = picture;
  const hash = sha256.create().update(new TextEncoder().encode(`${kind}:`)).update(data).digest();
  const id = Array.from(hash.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
  known.set(picture, id);
  return id;
}

/** A bounded store of pictures. */
export class PictureStore {
  readonly #pictures = new Map<string, Picture>();
  #bytes = 0;

  /** The picture with this id, if it is stored. */
  get(id: string): Picture | undefined {
    return this.#pictures.get(id);
  }

  /** Stores a picture as the newest; ignores one larger than {@link MAX_PICTURE}. */
  keep(id: string, picture: Picture): void {
    if (picture.data.length > MAX_PICTURE) return;
    this.#forget(id);
    this.#pictures.set(id, picture);
    this.#bytes += picture.data.length;
    for (const oldest of this.#pictures.keys()) {
      if (this.#bytes <= MAX_BYTES && this.#pictures.size <= MAX_NUMBER) break;
      this.#forget(oldest);
    }
  }

  #forget(id: string): void {
    this.#bytes -= this.#pictures.get(id)?.data.length ?? 0;
    this.#pictures.delete(id);
  }
}
