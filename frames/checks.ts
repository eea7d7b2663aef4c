/** What a field of a frame may be. */
import { MAX_INTEGER, type Value } from "./codec.ts";
import { MAX_DATA, MAX_FEATURES, MAX_ROW, MAX_ROWS, MAX_SIDE } from "./limits.ts";

export type Check = (value: Value | undefined) => boolean;
export const uint: Check = (v) => typeof v === "number" && Number.isInteger(v) && v >= 0 && v <= MAX_INTEGER;
export const upTo = (max: number): Check => (v) => uint(v) && (v as number) <= max;
export const side: Check = (v) => uint(v) && (v as number) >= 1 && (v as number) <= MAX_SIDE;
export const port: Check = (v) => upTo(65_535)(v) && v !== 0;
export const text = (max: number): Check => (v) => typeof v === "string" && v.length <= max;
export const bytes = (least: number, most = MAX_DATA): Check => (v) =>
  v instanceof Uint8Array && v.length >= least && v.length <= most;
export const oneOf = (...values: Value[]): Check => (v) => values.includes(v as Value);
export const u32 = upTo(0xffff_ffff);
export const u16 = upTo(0xffff);
export const bool: Check = (v) => typeof v === "boolean";

export const sack: Check = (v) =>
  Array.isArray(v) && v.length <= 8 && v.length % 2 === 0 &&
  v.every((offset, i) => uint(offset) && (i === 0 || (offset as number) > (v[i - 1] as number)));

const rowText = text(MAX_ROW);
export const rows: Check = (v) =>
  Array.isArray(v) && v.length <= MAX_ROWS &&
  v.every((row) => Array.isArray(row) && row.length === 2 && rowText(row[0]) && typeof row[1] === "boolean");
/** Names and titles are shown in one line. */
export const line = text(256);
/** 128 bits of a hash, hexadecimal. */
export const hash: Check = (v) => typeof v === "string" && /^[0-9a-f]{32}$/.test(v);
/** Short names in ASCII, without spaces; which of them mean something is for the reader. */
export const features: Check = (v) =>
  Array.isArray(v) && v.length <= MAX_FEATURES &&
  v.every((name) => typeof name === "string" && /^[!-~]{1,32}$/.test(name));
