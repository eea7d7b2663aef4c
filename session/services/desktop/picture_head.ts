/** The head of a picture on `pictures` (`README.md`, "Pictures"). */
import * as v from "valibot";
import { ServiceError } from "../../streams/service_error.ts";
import { encodeMessage } from "../messages.ts";
import { count, place, side, time } from "./checks.ts";
import { MAX_PICTURE, MAX_TILES } from "./limits.ts";

const size = v.pipe(count, v.minValue(1), v.maxValue(MAX_PICTURE));
/** A rectangle of the desktop in pixels, and the bytes of its JPEG. */
export type Tile = [x: number, y: number, width: number, height: number, size: number];

const head = v.pipe(
  v.object({
    number: v.pipe(count, v.minValue(1)),
    at: time,
    width: side,
    height: side,
    tiles: v.pipe(
      v.array(v.strictTuple([place, place, side, side, size])),
      v.minLength(1),
      v.maxLength(MAX_TILES),
    ),
  }),
  v.check(({ width, height, tiles }) =>
    tiles.every(([x, y, across, down]) => x + across <= width && y + down <= height)
  ),
  v.check(({ tiles }) => bytesOf(tiles) <= MAX_PICTURE),
);

/** What a picture changes: where its tiles go, in pixels of the desktop, and how many bytes the JPEG of each has. */
export type PictureHead = v.InferOutput<typeof head>;

/** How many bytes the JPEGs of `tiles` have together. */
export function bytesOf(tiles: readonly Tile[]): number {
  return tiles.reduce((sum, [, , , , size]) => sum + size, 0);
}

/** The head of a picture as a message. Throws Error for one that no viewer would take. */
export function encodePictureHead(picture: PictureHead): Uint8Array {
  if (!v.safeParse(head, picture).success) {
    throw new Error(`picture ${picture.number} has tiles that no viewer takes`);
  }
  return encodeMessage(picture);
}

/**
 * @throws {ServiceError} `bad-answer`
 */
export function readPictureHead(value: unknown): PictureHead {
  const { success, output } = v.safeParse(head, value, { abortEarly: true });
  if (success) return output;
  throw new ServiceError("bad-answer", "desktop: the head of a picture can't be read");
}
