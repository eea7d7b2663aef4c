/** Reads the TIFF files that chafa writes for iTerm: uncompressed, eight bits per sample, RGB or RGBA (TIFF 6.0, Adobe 1992). */
import type { Picture } from "./picture_store.ts";
import { pixelBytes } from "./picture_sizes.ts";

/** The bytes per value of each type: BYTE, ASCII, SHORT, LONG. */
const SIZES: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4 };
const ENTRY = 12;
/** The most fields of a picture, and strips of one; bytes beyond are not read. */
const MAX_VALUES = 65_536;

/** The pixels, `most` bytes at most; undefined for any other file, and for other kinds of TIFF. */
export function readTiff(file: Uint8Array, most: number): Picture | undefined {
  try {
    return read(new DataView(file.buffer, file.byteOffset, file.byteLength), file, most);
  } catch {
    return undefined; // it points outside of the file
  }
}

function read(view: DataView, file: Uint8Array, most: number): Picture | undefined {
  const order = view.getUint16(0);
  const little = order === 0x4949;
  if (!little && order !== 0x4d4d || view.getUint16(2, little) !== 42) return undefined;
  const at = view.getUint32(4, little);
  const fields = new Map<number, number[]>();
  for (let i = 0; i < view.getUint16(at, little); i++) {
    const entry = at + 2 + i * ENTRY;
    const [tag, type, count] = [
      view.getUint16(entry, little),
      view.getUint16(entry + 2, little),
      view.getUint32(entry + 4, little),
    ];
    const size = SIZES[type];
    if (size === undefined || count > MAX_VALUES) continue;
    const start = size * count <= 4 ? entry + 8 : view.getUint32(entry + 8, little);
    fields.set(tag, Array.from({ length: count }, (_, k) => number(view, start + k * size, size, little)));
  }
  const one = (tag: number, otherwise: number) => fields.get(tag)?.[0] ?? otherwise;
  const [width, height, depth] = [one(256, 0), one(257, 0), one(277, 1)];
  const plain = one(259, 1) === 1 && one(262, 2) === 2 && one(284, 1) === 1;
  if (!plain || fields.get(258)?.some((bits) => bits !== 8) || depth !== 3 && depth !== 4) return undefined;
  const size = width * height * depth;
  if (size === 0 || size > most) return undefined;
  const all = pixelBytes({ width, height }, size);
  let to = 8;
  fields.get(273)?.forEach((from, i) => {
    const strip = file.subarray(from, from + (fields.get(279)?.[i] ?? size)).subarray(0, all.length - to);
    all.set(strip, to);
    to += strip.length;
  });
  return to === all.length ? { kind: depth === 3 ? "rgb" : "rgba", data: all } : undefined;
}

function number(view: DataView, at: number, size: number, little: boolean): number {
  return size === 1
    ? view.getUint8(at)
    : size === 2
    ? view.getUint16(at, little)
    : view.getUint32(at, little);
}
