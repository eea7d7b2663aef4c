/** The sizes of pictures in pixels, from their headers: nothing is decoded. */

export interface Pixels {
  readonly width: number;
  readonly height: number;
}

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const GIF = [0x47, 0x49, 0x46, 0x38];
const JPEG = [0xff, 0xd8, 0xff];
/** The pixels of a sixel, one above the other. */
const SIXEL = 6;

/** The MIME type of a file that views can show, by its first bytes; undefined for any other. */
export function fileType(file: Uint8Array): "image/png" | "image/gif" | "image/jpeg" | undefined {
  const begins = (magic: readonly number[]) => magic.every((byte, i) => file[i] === byte);
  if (begins(PNG)) return "image/png";
  if (begins(GIF)) return "image/gif";
  return begins(JPEG) ? "image/jpeg" : undefined;
}

/** The size in the header of a PNG, GIF or JPEG; undefined if there is none. */
export function fileSize(file: Uint8Array): Pixels | undefined {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  switch (fileType(file)) {
    case "image/png":
      return file.length < 24 ? undefined : some(view.getUint32(16), view.getUint32(20));
    case "image/gif":
      return file.length < 10 ? undefined : some(view.getUint16(6, true), view.getUint16(8, true));
    case "image/jpeg":
      return jpegSize(view);
    default:
      return undefined;
  }
}

/** The size in the first frame header: SOF0 to SOF15 without DHT, JPG and DAC (ITU T.81, B.1.1.3). */
function jpegSize(view: DataView): Pixels | undefined {
  for (let at = 2; at + 9 <= view.byteLength;) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) at++; // a fill byte
    else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return some(view.getUint16(at + 7), view.getUint16(at + 5));
    } else at += 2 + Math.max(2, view.getUint16(at + 2));
  }
  return undefined;
}

/** The size of a sixel picture (VT340, "Sixel Graphics"): the larger of what it declares and what it draws. */
export function sixelSize(body: string): Pixels | undefined {
  const [, said = "0", high = "0"] = /^"\d*;\d*;(\d{1,6});(\d{1,6})/.exec(body) ?? [];
  let [width, x, bands, drawn] = [0, 0, 0, false];
  for (const [token, repeat] of body.matchAll(/!(\d{1,6})[?-~]|[?-~]+|[$-]/g)) {
    if (token === "$") x = 0;
    else if (token === "-") [x, bands, drawn] = [0, bands + 1, false];
    else {
      x += repeat === undefined ? token.length : Math.max(1, Number(repeat));
      drawn = true;
      width = Math.max(width, x);
    }
  }
  const height = (bands + (drawn ? 1 : 0)) * SIXEL;
  // The last band may be filled only in part.
  const exact = Number(high) > height - SIXEL ? Number(high) : height;
  return some(Math.max(width, Number(said)), exact);
}

/** A buffer for `size` bytes of pixels, with columns and rows written in front. */
export function pixelBytes({ width, height }: Pixels, size: number): Uint8Array {
  const all = new Uint8Array(8 + size);
  const view = new DataView(all.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  return all;
}

/** The size in front of pixels. */
export function pixelsOf(data: Uint8Array): Pixels {
  const view = new DataView(data.buffer, data.byteOffset);
  return { width: view.getUint32(0), height: view.getUint32(4) };
}

function some(width: number, height: number): Pixels | undefined {
  return width > 0 && height > 0 ? { width, height } : undefined;
}
