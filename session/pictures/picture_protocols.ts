/** Parses what programs send to show a picture, in iTerm's protocol (OSC 1337) and in kitty's (APC G). */
import type { Picture } from "./picture_store.ts";
import { MAX_PICTURE } from "../../frames/limits.ts";
import { unpack } from "../../frames/deflate.ts";
import { fileSize, pixelBytes, type Pixels, pixelsOf } from "./picture_sizes.ts";
import { readTiff } from "./tiff.ts";
import { CELL, type Cells } from "./picture_place.ts";

/** A picture to be shown. `picture` is missing if it is larger than views accept: then only its box is shown. */
export interface Shown {
  readonly picture: Picture | undefined;
  readonly pixels: Pixels;
  readonly wanted: Partial<Cells>;
  /** Whether the cursor does not move. */
  readonly stay: boolean;
}

/** The bytes of a zlib stream around its DEFLATE data (RFC 1950). */
const ZLIB = { head: 2, tail: 4 };

/** Decodes base64; undefined if it is invalid. */
export function fromBase64(text: string): Uint8Array | undefined {
  try {
    const latin1 = atob(text);
    const bytes = new Uint8Array(latin1.length);
    // Four times as fast as `Uint8Array.from`: a file may have 4 MiB.
    for (let i = 0; i < bytes.length; i++) bytes[i] = latin1.charCodeAt(i);
    return bytes;
  } catch {
    return undefined;
  }
}

/** Shows a PNG, JPEG or GIF, or a plain TIFF as its pixels; undefined for anything else. */
export function fileShown(file: Uint8Array, wanted: Partial<Cells>, stay = false): Shown | undefined {
  const tiff = readTiff(file, MAX_PICTURE - 8);
  const pixels = tiff ? pixelsOf(tiff.data) : fileSize(file);
  const whole = tiff ?? { kind: "file" as const, data: file };
  return pixels && { picture: file.length <= MAX_PICTURE ? whole : undefined, pixels, wanted, stay };
}

/** Shows raw pixels, three or four bytes each. */
export function pixelsShown(
  data: Uint8Array,
  { width, height }: Pixels,
  depth: 3 | 4,
  packed: boolean,
  wanted: Partial<Cells>,
  stay: boolean,
): Shown | undefined {
  const size = width * height * depth;
  if (!(size > 0)) return undefined;
  const shown = (picture: Picture | undefined) => ({ picture, pixels: { width, height }, wanted, stay });
  if (size > MAX_PICTURE) return shown(undefined);
  const pixels = packed ? unpack(data.subarray(ZLIB.head, -ZLIB.tail), size) : data;
  if (pixels?.length !== size) return undefined;
  const all = pixelBytes({ width, height }, size);
  all.set(pixels, 8);
  return shown(all.length > MAX_PICTURE ? undefined : { kind: depth === 3 ? "rgb" : "rgba", data: all });
}

/** The `key=value` pairs of iTerm's `File=` and kitty's control data. */
export function pairs(text: string, separator: string): Map<string, string> {
  return new Map(
    text.split(separator).map((pair) => {
      const at = pair.indexOf("=");
      return at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

/** The size that iTerm's `width` and `height` request: cells, `px`, a percentage of the screen, or `auto`. */
export function itermCells(keys: ReadonlyMap<string, string>, pixels: Pixels, screen: Cells): Partial<Cells> {
  const cells = (value = "auto", pixels: number, all: number) => {
    const [, number, unit] = /^(\d{1,5})(px|%)?$/.exec(value) ?? [];
    if (number === undefined || Number(number) === 0) return undefined;
    const asked = unit === "px"
      ? Number(number) / pixels
      : unit === "%"
      ? Number(number) / 100 * all
      : Number(number);
    return Math.max(1, Math.round(asked));
  };
  const cols = cells(keys.get("width"), CELL.width, screen.cols);
  const rows = cells(keys.get("height"), CELL.height, screen.rows);
  if (cols === undefined || rows === undefined || keys.get("preserveAspectRatio") === "0") {
    return { cols, rows };
  }
  // The largest of this aspect ratio that fits.
  const byHeight = rows * CELL.height * pixels.width / pixels.height / CELL.width;
  return byHeight < cols ? { rows } : { cols };
}
