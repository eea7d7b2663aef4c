/** Strict MessagePack: only what `WIRE.md` allows decodes, and what decodes encodes back to the same bytes. */
// Its part without the native addon, which takes 8 ms to look for and only quickens long strings.
import { Packr } from "msgpackr";

/** The values that a message may hold. */
export type Value = number | string | boolean | null | Uint8Array | Value[];

/** A message that may not be decoded. The text says what was wrong; it never holds terminal bytes. */
export class WireError extends Error {
  override readonly name = "WireError";
}

/** The largest integer. Offsets, lines, eras and counts stay far below 2^53, where `n + 1 === n`, whatever is added to them. */
export const MAX_INTEGER = 2 ** 48 - 1;
/** Arrays within arrays: `Lines` in a packet needs four, a frame of a protocol to come may need some more. Many can only be meant to exhaust the stack. */
const MAX_DEPTH = 8;
/**
 * Values of one message, arrays among them: `Lines` of `MAX_ROWS` rows has 1,511. To build 64 KiB of small ones takes 2 ms, and a network brings
 * thousands of such a second; of these it is a tenth of that.
 */
export const MAX_VALUES = 2048;

const options = { useRecords: false, int64AsType: "number", mapsAsObjects: false } as const;
const packr = new Packr({ ...options, variableMapSize: true, encodeUndefinedAsNil: false });
const unpackr = new Packr(options);

/**
 * Refuses nesting, maps, floats, extensions and longer forms than need be, from the bytes alone, before the decoder builds anything.
 * Returns whether there is text, of which only the decoder can tell whether it is UTF-8.
 */
function scan(bytes: Uint8Array): boolean {
  let at = 0;
  let text = false;
  let values = 0;
  const left: number[] = [1];
  const need = (n: number) => {
    if (at + n > bytes.length) throw new WireError(`message ends at byte ${bytes.length}, inside a value`);
  };
  /** A number in `n` bytes, for which fewer would not do. */
  const uint = (n: number, least: number) => {
    need(n);
    let v = 0;
    for (let i = 0; i < n; i++) v = v * 256 + bytes[at++]!;
    if (v > MAX_INTEGER) {
      throw new WireError(`an integer before byte ${at} is out of range: at most 2^48 - 1`);
    }
    if (v < least) throw new WireError(`${v} before byte ${at} is not in the shortest form`);
    return v;
  };
  const skip = (n: number) => {
    need(n);
    at += n;
  };
  const open = (n: number) => {
    // Each element takes at least one byte: a count over what is left is a lie, found before memory is asked for.
    need(n);
    if (n > MAX_VALUES) throw new WireError(`more than ${MAX_VALUES} values`);
    left.push(n);
    if (left.length > MAX_DEPTH + 1) throw new WireError(`arrays nest deeper than ${MAX_DEPTH}`);
  };
  while (left.length > 0) {
    if (left[left.length - 1] === 0) {
      left.pop();
      continue;
    }
    left[left.length - 1]! -= 1;
    if (++values > MAX_VALUES) throw new WireError(`more than ${MAX_VALUES} values`);
    need(1);
    const b = bytes[at++]!;
    if (b <= 0x7f || b === 0xc0 || b === 0xc2 || b === 0xc3) continue;
    if (b >= 0x90 && b <= 0x9f) open(b & 15);
    else if (b >= 0xa0 && b <= 0xbf) {
      text = true;
      skip(b & 31);
    } else if (b === 0xcc) uint(1, 0x80);
    else if (b === 0xcd) uint(2, 0x100);
    else if (b === 0xce) uint(4, 0x1_0000);
    else if (b === 0xd3) uint(8, 0x1_0000_0000);
    else if (b === 0xc4) skip(uint(1, 0));
    else if (b === 0xc5) skip(uint(2, 0x100));
    else if (b === 0xc6) skip(uint(4, 0x1_0000));
    else if (b >= 0xd9 && b <= 0xdb) {
      text = true;
      skip(b === 0xd9 ? uint(1, 0x20) : b === 0xda ? uint(2, 0x100) : uint(4, 0x1_0000));
    } else if (b === 0xdc) open(uint(2, 16));
    else throw new WireError(`byte 0x${b.toString(16)} at ${at - 1} begins a type that messages do not use`);
  }
  if (at !== bytes.length) throw new WireError(`${bytes.length - at} bytes after the end of the message`);
  return text;
}

/** msgpackr writes integers from 2^32 on as float64 unless they are bigint. */
function widen(value: Value): unknown {
  if (typeof value === "number" && value > 0xffff_ffff) return BigInt(value);
  return Array.isArray(value) ? value.map(widen) : value;
}

/** The bytes of a value, in MessagePack's shortest form. */
export function encode(value: Value): Uint8Array {
  // A copy: the encoder reuses one buffer, and links may keep what they are given.
  return new Uint8Array(packr.pack(widen(value)));
}

/**
 * The array that `bytes` hold.
 * @throws {WireError} for anything that `WIRE.md` does not allow
 */
export function decode(bytes: Uint8Array): Value[] {
  const text = scan(bytes);
  let value: Value;
  try {
    value = unpackr.unpack(bytes);
  } catch (cause) {
    throw new WireError("not MessagePack", { cause });
  }
  if (!Array.isArray(value)) throw new WireError("not an array");
  if (text && !same(encode(value), bytes)) throw new WireError("its text is not UTF-8");
  return value;
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
