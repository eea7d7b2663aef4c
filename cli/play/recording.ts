/** Reads an asciicast, version 2 or 3 (docs.asciinema.org/manual/asciicast). Strict, for it may be anybody's. Pure. */
import { MAX_SIDE } from "../../frames/limits.ts";
import type { Size } from "../../frames/size.ts";
import { shownText } from "../../session/vt/shown_text.ts";
import { Failure } from "../process/failure.ts";

/** The longest line, bytes: of the program's output Beach writes 64 KiB in one, asciinema less. */
const MAX_LINE = 16 * 1024 * 1024;
/** The longest recording, ms: 300 years, so that sums stay exact. */
const MAX_TIME = 1e13;
/** Of a marker, characters that are shown. */
const MAX_MARK = 60;
/** The least columns: a wide character needs 2. */
const MIN_COLS = 2;
const LF = 0x0a;

/** What is played: `at` in ms from the begin, never less than of the one before. */
export type CastEvent =
  & { readonly at: number }
  & (
    | { readonly kind: "output" | "mark"; readonly text: string }
    | { readonly kind: "size"; readonly size: Size }
  );

/** A recording, whole. */
export interface Recording {
  readonly size: Size;
  readonly events: readonly CastEvent[];
  /** Its author's wish: pauses are no longer, in ms. */
  readonly idleLimit?: number;
  /** Whether the last line was cut off: its recorder was killed. */
  readonly cut: boolean;
}

/** Reads a file's bytes; `name` is for the {@link Failure} that is thrown if they are no recording. */
export function readRecording(bytes: Uint8Array, name: string): Recording {
  const end = bytes.indexOf(LF);
  const header = parse(bytes.subarray(0, end < 0 ? bytes.length : end));
  const { version, size, idleLimit } = readHeader(header, name);
  const events: CastEvent[] = [];
  let [time, cut, number] = [0, false, 1];
  for (let at = end < 0 ? bytes.length : end + 1; at < bytes.length;) {
    const next = bytes.indexOf(LF, at);
    const line = bytes.subarray(at, next < 0 ? bytes.length : next);
    at = next < 0 ? bytes.length : next + 1;
    number++;
    if (line.length === 0 || line[0] === 0x23 || line[0] === 0x0d && line.length === 1) continue;
    const read = line.length <= MAX_LINE ? readEvent(parse(line)) : null;
    if (read === null && next < 0) cut = true;
    else if (read === null) throw refused(name, `Line ${number} is no event`);
    else {
      time = Math.min(MAX_TIME, version === 3 ? time + read.time : Math.max(time, read.time));
      const event = eventOf(time, read);
      if (event) events.push(event);
    }
  }
  return { size, events, cut, ...(idleLimit !== undefined && { idleLimit }) };
}

/** With no pause longer than `limit` ms. */
export function withoutPauses(events: readonly CastEvent[], limit: number): readonly CastEvent[] {
  let [before, at] = [0, 0];
  return events.map((event) => {
    at += Math.min(limit, event.at - before);
    before = event.at;
    return { ...event, at };
  });
}

function parse(line: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(line));
  } catch {
    return undefined;
  }
}

function readHeader(
  header: unknown,
  name: string,
): { readonly version: 2 | 3; readonly size: Size; readonly idleLimit?: number } {
  if (!isObject(header)) throw refused(name, "Its first line is no header");
  const { version, width, height, term, idle_time_limit: idle } = header;
  if (version !== 2 && version !== 3) {
    throw refused(name, `It says version ${typeof version === "number" ? version : "of none"}`);
  }
  const [cols, rows] = version === 2 ? [width, height] : isObject(term) ? [term.cols, term.rows] : [];
  const size = sizeOf(cols, rows);
  if (!size) throw refused(name, `It names no size up to ${MAX_SIDE}x${MAX_SIDE}`);
  const limited = typeof idle === "number" && idle > 0 && idle * 1000 < MAX_TIME;
  return { version, size, ...(limited && { idleLimit: idle * 1000 }) };
}

function sizeOf(cols: unknown, rows: unknown): Size | null {
  const fits = (side: unknown): side is number => Number.isInteger(side) && side as number >= 1;
  if (!fits(cols) || !fits(rows) || cols > MAX_SIDE || rows > MAX_SIDE) return null;
  return { cols: Math.max(MIN_COLS, cols), rows };
}

interface Raw {
  /** ms */
  readonly time: number;
  readonly code: string;
  readonly data: string;
}

function readEvent(value: unknown): Raw | null {
  if (!Array.isArray(value)) return null;
  const [time, code, data] = value;
  if (typeof time !== "number" || !(time >= 0) || typeof code !== "string") return null;
  // Kinds that are not known may say what they want.
  if (typeof data !== "string") return "orm".includes(code) ? null : { time: time * 1000, code, data: "" };
  return { time: time * 1000, code, data };
}

/** Null for what is not shown: input, a status, kinds that are not known, and sizes that can't be. */
function eventOf(at: number, { code, data }: Raw): CastEvent | null {
  switch (code) {
    case "o":
      return { at, kind: "output", text: data };
    case "m":
      return { at, kind: "mark", text: shownText(data, MAX_MARK) };
    case "r": {
      const [, cols, rows] = /^(\d{1,5})x(\d{1,5})$/.exec(data) ?? [];
      const size = sizeOf(Number(cols), Number(rows));
      return size && { at, kind: "size", size };
    }
    default:
      return null;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refused(name: string, hint: string): Failure {
  return new Failure({
    what: "The recording can't be played",
    value: name,
    wanted: "an asciicast of version 2 or 3",
    hint,
  });
}
