/** The messages of `WIRE.md`, and what each field must be. */
import { decode, encode, type Value, WireError } from "./codec.ts";

/** The only protocol that this build speaks. */
export const WIRE_VERSION = 1;

/** What `Data` and `Ack` begin with; see `WIRE.md`. */
export interface Header {
  readonly time: number;
  readonly echo: number;
  readonly held: number;
  readonly number: number;
  readonly top: number;
  readonly got: number;
  readonly have: number;
  readonly gen: number;
  readonly sack: readonly number[];
}

export interface Data extends Header {
  readonly type: "Data";
  readonly base: number;
  readonly data: Uint8Array;
  readonly effect: number;
}

export interface Ack extends Header {
  readonly type: "Ack";
  readonly effect: number;
}

/** Is anybody there? Sent into a silence in place of all else; it says nothing, so that it costs next to nothing. */
export interface Probe {
  readonly type: "Probe";
}

/** Columns and rows. */
export interface Size {
  readonly cols: number;
  readonly rows: number;
}

export interface Hello extends Size {
  readonly type: "Hello";
  readonly protocol: number;
  readonly have: number;
  readonly gen: number;
  readonly input: number;
  readonly name: string;
}

export type Role = "write" | "view";

export interface Welcome extends Size {
  readonly type: "Welcome";
  readonly protocol: number;
  readonly role: Role;
  readonly gen: number;
  readonly have: number;
  readonly title: string;
}

export interface SnapshotPart extends Size {
  readonly type: "Snapshot";
  readonly id: number;
  readonly gen: number;
  readonly version: number;
  readonly line: number;
  readonly era: number;
  readonly size: number;
  readonly part: number;
  readonly parts: number;
  readonly data: Uint8Array;
}

/** One row of history: its text with SGR sequences, and whether it goes on in the next row. */
export type HistoryRow = readonly [text: string, wrapped: boolean];

export type Message =
  | Data
  | Ack
  | Probe
  | Hello
  | Welcome
  | SnapshotPart
  | { readonly type: "Resync"; readonly have: number; readonly gen: number }
  | { readonly type: "Window" } & Size
  | {
    readonly type: "LinesRequest";
    readonly id: number;
    readonly era: number;
    readonly from: number;
    readonly to: number;
  }
  | {
    readonly type: "Lines";
    readonly id: number;
    readonly era: number;
    readonly first: number;
    readonly end: number;
    readonly from: number;
    readonly rows: readonly HistoryRow[];
  }
  | { readonly type: "PackedLines"; readonly size: number; readonly data: Uint8Array }
  | { readonly type: "Exit"; readonly version: number; readonly code: number; readonly signal: number }
  | { readonly type: "Bye"; readonly why: string }
  | { readonly type: "Notice"; readonly text: string };

export type MessageType = Message["type"];

/** The largest `data` of one message: reliable chunks above 16 KiB delay what is behind them (design, section 8). */
export const MAX_DATA = 16 * 1024;
/** Enough for the largest screen as text, or for a picture in colours on a window of 640 x 180. */
export const MAX_PARTS = 512;
/** A snapshot, packed and unpacked; bytes. Who makes one leaves out what has no room (`session/snapshot.ts`). */
export const MAX_SNAPSHOT = MAX_PARTS * MAX_DATA;
/** Rows in one `Lines`. */
export const MAX_ROWS = 500;
/** A `Lines` before it was packed: `MAX_ROWS` rows of 100 characters, each with attributes and in four bytes; bytes. */
export const MAX_UNPACKED = 256 * 1024;
/** A terminal wider or higher than this is a mistake or an attack on memory; cells. */
export const MAX_SIDE = 1000;

/** `window` as it may be told: a window beyond the limit has a margin, one smaller than a cell has a cell. */
export function bounded({ cols, rows }: Size): Size {
  const side = (cells: number) => Math.max(1, Math.min(MAX_SIDE, cells));
  return { cols: side(cols), rows: side(rows) };
}

type Check = (value: Value | undefined) => boolean;
const uint: Check = (v) => typeof v === "number" && Number.isSafeInteger(v) && v >= 0;
const upTo = (max: number): Check => (v) => uint(v) && (v as number) <= max;
const side: Check = (v) => uint(v) && (v as number) >= 1 && (v as number) <= MAX_SIDE;
const text = (max: number): Check => (v) => typeof v === "string" && v.length <= max;
const bytes = (least: number): Check => (v) =>
  v instanceof Uint8Array && v.length >= least && v.length <= MAX_DATA;
const oneOf = (...values: Value[]): Check => (v) => values.includes(v as Value);
const u32 = upTo(0xffff_ffff);

const sack: Check = (v) =>
  Array.isArray(v) && v.length <= 8 && v.length % 2 === 0 &&
  v.every((offset, i) => uint(offset) && (i === 0 || (offset as number) > (v[i - 1] as number)));

const rows: Check = (v) =>
  Array.isArray(v) && v.length <= MAX_ROWS &&
  v.every((row) =>
    Array.isArray(row) && row.length === 2 && typeof row[0] === "string" && typeof row[1] === "boolean"
  );

const header: [string, Check][] = [
  ["time", u32],
  ["echo", u32],
  ["held", u32],
  ["number", uint],
  ["top", uint],
  ["got", uint],
  ["have", uint],
  ["gen", uint],
  ["sack", sack],
];
const size: [string, Check][] = [["cols", side], ["rows", side]];
/** Names and titles are shown in one line. */
const line = text(256);

/** Per message: its number on the wire and its fields in order. */
const LAYOUT: Record<MessageType, readonly [code: number, fields: readonly [string, Check][]]> = {
  Data: [1, [...header, ["base", uint], ["data", bytes(1)], ["effect", uint]]],
  Ack: [2, [...header, ["effect", uint]]],
  Probe: [3, []],
  Hello: [10, [["protocol", u32], ["have", uint], ["gen", uint], ["input", uint], ...size, ["name", line]]],
  Welcome: [11, [
    ["protocol", u32],
    ["role", oneOf("write", "view")],
    ...size,
    ["gen", uint],
    ["have", uint],
    [
      "title",
      line,
    ],
  ]],
  Snapshot: [12, [
    ["id", uint],
    ["gen", uint],
    ["version", uint],
    ...size,
    ["line", uint],
    ["era", uint],
    ["size", upTo(MAX_SNAPSHOT)],
    ["part", upTo(MAX_PARTS - 1)],
    ["parts", upTo(MAX_PARTS)],
    ["data", bytes(0)],
  ]],
  Resync: [13, [["have", uint], ["gen", uint]]],
  Window: [14, size],
  LinesRequest: [15, [["id", uint], ["era", uint], ["from", uint], ["to", uint]]],
  Lines: [16, [
    ["id", uint],
    ["era", uint],
    ["first", uint],
    ["end", uint],
    ["from", uint],
    ["rows", rows],
  ]],
  PackedLines: [20, [["size", upTo(MAX_UNPACKED)], ["data", bytes(1)]]],
  Exit: [17, [["version", uint], ["code", upTo(255)], ["signal", upTo(255)]]],
  Bye: [18, [["why", line]]],
  Notice: [19, [["text", line]]],
};

const BY_CODE = new Map(
  (Object.keys(LAYOUT) as MessageType[]).map((type) => [LAYOUT[type][0], type] as const),
);

/** The bytes of a message. The caller keeps to the limits; the other side would refuse it otherwise. */
export function encodeMessage(message: Message): Uint8Array {
  const [code, fields] = LAYOUT[message.type];
  const values = message as unknown as Record<string, Value>;
  return encode([code, ...fields.map(([name]) => values[name]!)]);
}

/**
 * The message that `bytes` hold.
 * @throws {WireError} for anything that `WIRE.md` does not allow, naming type, field and what was wrong
 */
export function decodeMessage(input: Uint8Array): Message {
  const [code, ...values] = decode(input);
  const type = BY_CODE.get(code as number);
  if (type === undefined) throw new WireError(`message type ${String(code).slice(0, 20)} is unknown`);
  const fields = LAYOUT[type][1];
  if (values.length !== fields.length) {
    throw new WireError(`${type} has ${values.length} fields, not ${fields.length}`);
  }
  const message: Record<string, unknown> = { type };
  fields.forEach(([name, check], i) => {
    if (!check(values[i])) throw new WireError(`${type}.${name} is out of range`);
    message[name] = values[i];
  });
  const decoded = message as unknown as Message;
  if (decoded.type === "Snapshot" && decoded.part >= decoded.parts) {
    throw new WireError("Snapshot.part is not below parts");
  }
  return decoded;
}
