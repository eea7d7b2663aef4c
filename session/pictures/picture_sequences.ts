/** Sequences that make a person's terminal show a picture in so many cells: made from the picture's pixels, never copied from the host. */
import type { PictureAbilities } from "./picture_abilities.ts";
import type { Cells } from "./picture_place.ts";
import { fits, rasterOf } from "./picture_raster.ts";
import { fileType } from "./picture_sizes.ts";
import type { Picture } from "./picture_store.ts";
import { encodeSixel } from "./sixel_encode.ts";

/** The most pixels that are drawn as sixels, or sent to a terminal as they are: 100 ms, 5 MB. */
const MAX_PIXELS = 1024 * 1024;
/** Characters of base64 per command of kitty's. */
const CHUNK = 4096;
const SIXEL = 6;
const ST = "\x1b\\";

/** The sequence that draws a picture at the cursor, which it moves. `number` is the picture's name for kitty and compatible terminals. */
export type Draw = (number: number) => string;

/** How to draw a picture in this terminal; undefined if it cannot be. */
export function pictureSequence(
  picture: Picture,
  { cols, rows }: Cells,
  abilities: PictureAbilities,
): Draw | undefined {
  const { kind, data } = picture;
  const { iterm, kitty, sixel, cell } = abilities;
  if (kind === "file") {
    if (kitty && fileType(data) === "image/png") return kittyPicture("f=100", data, { cols, rows });
    if (!iterm) return undefined;
    const keys =
      `inline=1;size=${data.length};width=${cols};height=${rows};preserveAspectRatio=0;doNotMoveCursor=1`;
    const sequence = `\x1b]1337;File=${keys}:${base64(data)}\x07`;
    return () => sequence;
  }
  if (!kitty && !(sixel && cell)) return undefined;
  const raster = rasterOf(picture);
  if (!raster || !fits(raster, MAX_PIXELS)) return undefined;
  if (kitty) {
    const bytes = new Uint8Array(raster.data.buffer);
    return kittyPicture(`f=32,s=${raster.width},v=${raster.height}`, bytes, { cols, rows });
  }
  // A last row of sixels that does not fit would scroll the terminal.
  const height = Math.floor(rows * cell!.height / SIXEL) * SIXEL;
  const size = { width: cols * cell!.width, height };
  if (height <= 0 || !fits(size, 4 * MAX_PIXELS)) return undefined;
  const sequence = `\x1b${encodeSixel(raster, size)}${ST}`;
  return () => sequence;
}

/** Removes a picture in kitty and compatible terminals; others are overwritten. */
export function withoutPicture(number: number): string {
  return `\x1b_Ga=d,d=I,i=${number},q=2${ST}`;
}

function kittyPicture(keys: string, data: Uint8Array, { cols, rows }: Cells): Draw {
  const text = base64(data);
  return (number) => chunks(text, `a=T,${keys},i=${number},c=${cols},r=${rows},C=1,`);
}

function chunks(text: string, keys: string): string {
  let out = "";
  for (let at = 0; at < text.length; at += CHUNK) {
    const more = `m=${at + CHUNK < text.length ? 1 : 0}`;
    const first = at === 0 ? keys : "";
    out += `\x1b_G${first}q=2,${more};${text.slice(at, at + CHUNK)}${ST}`;
  }
  return out;
}

function base64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return btoa(text);
}
