/** The lines of an audit file, each with the hash of the one before (`README.md`). Pure. */
import { createHash } from "node:crypto";

/** The most bytes of a line, its end included: a burst of typing with 4 KiB of input, each byte as `\u0001`, is half of it. */
export const MAX_LINE = 64 * 1024;
/** `prev` where no line is before. */
const NONE = "0".repeat(64);
const LF = 0x0a;

/** What one line says beside its place in the chain. */
export type Entry = { readonly event: string } & Readonly<Record<string, string | number | undefined>>;

/** Where a chain goes on: after `lines` lines, the last of which has the hash `head`. */
export interface Place {
  readonly lines: number;
  readonly head: string;
}

/** Before the first line. */
export const BEGIN: Place = { lines: 0, head: NONE };

/** SHA-256 of a whole line, its `\n` included. */
export function hashOf(line: Uint8Array): string {
  return createHash("sha256").update(line).digest("hex");
}

/** The line of `entry` at `place`, and the place after it. `time`: Unix ms. */
export function link(
  place: Place,
  time: number,
  entry: Entry,
): { readonly line: Uint8Array; readonly after: Place } {
  const { event, ...rest } = entry;
  const text = JSON.stringify({ n: place.lines, prev: place.head, time, event, ...rest });
  const line = new TextEncoder().encode(text + "\n");
  return { line, after: { lines: place.lines + 1, head: hashOf(line) } };
}

/** A line as it was read. */
export interface Read {
  readonly n: number;
  readonly prev: string;
  readonly time: number;
  readonly event: string;
  readonly cut?: number;
}

/** Reads a line, given with its `\n`; null if it is not in the one form that a line may have. */
export function readLine(line: Uint8Array): Read | null {
  if (line.length > MAX_LINE || line.at(-1) !== LF) return null;
  let text: string;
  let value: Record<string, unknown>;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(line.subarray(0, -1));
    value = JSON.parse(text);
    // A name that is there twice, a blank, another way to write a number: all come out as something else.
    if (JSON.stringify(value) !== text) return null;
  } catch {
    return null;
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) return null;
  const { n, prev, time, event, cut } = value;
  const named = Object.keys(value).slice(0, 4).join() === "n,prev,time,event";
  if (!named || !isCount(n) || !isCount(time) || typeof event !== "string") return null;
  if (typeof prev !== "string" || !/^[0-9a-f]{64}$/.test(prev)) return null;
  if (cut !== undefined && !isCount(cut)) return null;
  return { n, prev, time, event, ...(cut !== undefined && { cut }) };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
