/** Small pictures, and how programs print them. */
import { zlibSync } from "fflate";

const base64 = (bytes: Uint8Array) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));

/** A picture of one colour as a PNG. */
export function png(width: number, height: number, [red, green, blue] = [255, 0, 0]): Uint8Array {
  const row = [0, ...Array.from({ length: width }, () => [red!, green!, blue!]).flat()];
  const header = new Uint8Array(13);
  new DataView(header.buffer).setUint32(0, width);
  new DataView(header.buffer).setUint32(4, height);
  header.set([8, 2, 0, 0, 0], 8);
  const rows = Uint8Array.from(Array.from({ length: height }, () => row).flat());
  return Uint8Array.from([
    ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    ...chunk("IHDR", header),
    ...chunk("IDAT", zlibSync(rows)),
    ...chunk("IEND", new Uint8Array(0)),
  ]);
}

/** A sixel picture of one colour, which says its size. */
export function sixel(width: number, height: number, [red, green, blue] = [0, 100, 0]): string {
  const bands = Array.from({ length: Math.ceil(height / 6) }, () => `#1!${width}~`);
  return `\x1bPq"1;1;${width};${height}#1;2;${red};${green};${blue}${bands.join("-")}\x1b\\`;
}

/** iTerm's sequence for a file. */
export function iterm(file: Uint8Array, keys = "inline=1"): string {
  return `\x1b]1337;File=${keys}:${base64(file)}\x07`;
}

/** kitty's commands for a file, in chunks of `most` characters. */
export function kitty(file: Uint8Array, keys = "a=T,f=100", most = 4096): string {
  const text = base64(file);
  const chunks = text.match(new RegExp(`.{1,${most}}`, "g")) ?? [""];
  return chunks.map((part, i) => {
    const more = `m=${i + 1 < chunks.length ? 1 : 0}`;
    return `\x1b_G${i === 0 ? `${keys},${more}` : more};${part}\x1b\\`;
  }).join("");
}

function chunk(name: string, data: Uint8Array): Uint8Array {
  const all = new Uint8Array(12 + data.length);
  const view = new DataView(all.buffer);
  view.setUint32(0, data.length);
  all.set(new TextEncoder().encode(name), 4);
  all.set(data, 8);
  view.setUint32(8 + data.length, crc(all.subarray(4, 8 + data.length)));
  return all;
}

/** CRC-32 as PNG has it (ISO 3309). */
function crc(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let i = 0; i < 8; i++) value = value & 1 ? value >>> 1 ^ 0xedb88320 : value >>> 1;
  }
  return ~value >>> 0;
}
