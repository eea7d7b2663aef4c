/**
 * Pictures over data for one viewer (`session/services/desktop/README.md`, "Pictures"): the rectangles that changed, as JPEG. The next picture goes
 * when at most one is not acknowledged; what changes meanwhile goes into it. What went roughly goes again, sharp, once nothing changes.
 */
import { concat } from "../../../frames/bytes.ts";
import { ByteReader } from "../../../session/services/byte_reader.ts";
import { MAX_DESKTOP_MESSAGE, MAX_PICTURE } from "../../../session/services/desktop/limits.ts";
import { encodePictureHead, type Tile } from "../../../session/services/desktop/picture_head.ts";
import { nextMessage } from "../../../session/services/messages.ts";
import { ServiceError } from "../../../session/streams/service_error.ts";
import type { ServiceStream } from "../../../session/services/service_stream.ts";
import type { Rectangle } from "../x11/types.ts";
import { partsOf } from "../x11/rectangles.ts";
import type { ScreenPicture } from "./screen_source.ts";

/** JPEG's quality while things change, and once they are still: text is sharp from 90 on (colours are not halved), at twice the bytes. */
const ROUGH = 70;
const SHARP = 92;
/** Pictures on their way: one that travels while the viewer draws the one before. */
const ON_THE_WAY = 2;
/** A tile has at most so many pixels: at the worst JPEG needs 3 bytes a pixel, and a picture must have room for one. */
const MAX_TILE_PIXELS = MAX_PICTURE / 4;

/** Makes JPEGs. */
export interface TileEncoder {
  encode(pixels: Uint8Array, stride: number, part: Rectangle, quality: number): Promise<Uint8Array>;
}

/** The pictures of one viewer. */
export class PictureFeed {
  #dirty: Rectangle[] = [];
  #rough: Rectangle[] = [];
  #number = 0;
  #shown = 0;
  #area: { readonly width: number; readonly height: number } = { width: 0, height: 0 };
  #sending = false;
  /** Pictures that wait for the stream's room: a viewer may acknowledge them unread. */
  #unwritten = 0;

  /** @param wake asks for the present picture once more */
  constructor(
    private readonly stream: ServiceStream,
    private readonly jpeg: TileEncoder,
    private readonly wake: () => void,
  ) {}

  /** Reads what the viewer has shown, until it ends its half or the stream is reset. */
  async hear(): Promise<void> {
    const reader = new ByteReader(this.stream.readable);
    for (;;) {
      const value = await nextMessage(reader, MAX_DESKTOP_MESSAGE);
      if (value === undefined) return;
      const number = readShown(value);
      if (number > this.#number) continue;
      this.#shown = Math.max(this.#shown, number);
      if (this.#dirty.length + this.#rough.length > 0) this.wake();
    }
  }

  /** Takes a picture; settles when `pixels` are not needed any more. */
  async picture({ pixels, area, changed, at }: ScreenPicture): Promise<void> {
    if (area.width !== this.#area.width || area.height !== this.#area.height) {
      this.#area = { width: area.width, height: area.height };
      this.#dirty = [{ x: 0, y: 0, width: area.width, height: area.height }];
      this.#rough = [];
    } else this.#dirty = this.#merged([...this.#dirty, ...changed]);
    if (this.#sending || Math.max(this.#number - this.#shown, this.#unwritten) >= ON_THE_WAY) return;
    const sharp = this.#dirty.length === 0;
    if (sharp && (changed.length > 0 || this.#rough.length === 0)) return;
    this.#sending = true;
    try {
      await this.#send(pixels, sharp, at);
    } finally {
      this.#sending = false;
    }
  }

  #merged(parts: readonly Rectangle[]): Rectangle[] {
    return partsOf(parts, { x: 0, y: 0, ...this.#area });
  }

  async #send(pixels: Uint8Array, sharp: boolean, at: number): Promise<void> {
    const parts = (sharp ? this.#rough : this.#dirty).flatMap(split);
    const [tiles, jpegs]: [Tile[], Uint8Array[]] = [[], []];
    let bytes = 0;
    while (parts.length > 0) {
      const part = parts[0]!;
      const jpeg = await this.jpeg.encode(pixels, this.#area.width * 4, part, sharp ? SHARP : ROUGH);
      if (bytes + jpeg.length > MAX_PICTURE) break;
      parts.shift();
      bytes += jpeg.length;
      tiles.push([part.x, part.y, part.width, part.height, jpeg.length]);
      jpegs.push(jpeg);
    }
    if (sharp) this.#rough = parts;
    else {
      this.#dirty = parts;
      this.#rough = this.#merged([
        ...this.#rough,
        ...tiles.map(([x, y, width, height]) => ({ x, y, width, height })),
      ]);
    }
    if (tiles.length === 0) return;
    const head = { number: ++this.#number, at, width: this.#area.width, height: this.#area.height, tiles };
    const writer = this.stream.writable.getWriter();
    // A slow path holds up this viewer alone: who writes is not waited for, and the next picture waits for the acknowledgement.
    this.#unwritten++;
    writer.write(concat([encodePictureHead(head), ...jpegs])).then(() => this.#written(), () => {});
    writer.releaseLock();
  }

  #written(): void {
    // Only then has somebody waited for it.
    const full = this.#unwritten-- >= ON_THE_WAY;
    if (full && this.#dirty.length + this.#rough.length > 0) this.wake();
  }
}

/** The number in `{"shown": number}`. */
function readShown(value: unknown): number {
  const shown = typeof value === "object" && value !== null && "shown" in value ? value.shown : undefined;
  if (typeof shown === "number" && Number.isSafeInteger(shown) && shown >= 0) return shown;
  throw new ServiceError("bad-answer", "shown is no number of a picture");
}

/** Parts of `rectangle` that are small enough for one tile. */
function split({ x, y, width, height }: Rectangle): Rectangle[] {
  const rows = Math.max(1, Math.floor(MAX_TILE_PIXELS / width));
  const parts: Rectangle[] = [];
  for (let top = 0; top < height; top += rows) {
    parts.push({ x, y: y + top, width, height: Math.min(rows, height - top) });
  }
  return parts;
}
