/** The messages of `WIRE.md`, and what each field must be. */
import { bytes, type Check, hash, line, oneOf, rows, sack, side, u32, uint, upTo } from "./checks.ts";
import { decode, encode, MAX_INTEGER, type Value, WireError } from "./codec.ts";
import { MAX_PARTS, MAX_PICTURE, MAX_SNAPSHOT, MAX_UNPACKED } from "./limits.ts";

export * from "./limits.ts";

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

/** What a picture's bytes are (`WIRE.md`); `none`: the host does not have it, or not any more. */
export const PICTURE_KINDS = ["none", "sixel", "file", "rgb", "rgba"] as const;

export interface PicturePiece {
  readonly type: "Picture";
  readonly id: string;
  /** An index in {@link PICTURE_KINDS}. */
  readonly kind: number;
  readonly size: number;
  readonly from: number;
  readonly to: number;
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
  | { readonly type: "PictureRequest"; readonly id: string; readonly from: number }
  | PicturePiece
  | { readonly type: "Exit"; readonly version: number; readonly code: number; readonly signal: number }
  | { readonly type: "Bye"; readonly why: string }
  | { readonly type: "Notice"; readonly text: string }
  | { readonly type: "Routing"; readonly how: Routing };

/** Why the host sends large output on another channel from now on. */
export type Routing = "fell back" | "lost less" | "stalled";

export type MessageType = Message["type"];

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
    ["title", line],
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
  PictureRequest: [21, [["id", hash], ["from", upTo(MAX_PICTURE)]]],
  Picture: [22, [
    ["id", hash],
    ["kind", upTo(PICTURE_KINDS.length - 1)],
    ["size", upTo(MAX_PICTURE)],
    ["from", upTo(MAX_PICTURE)],
    ["to", upTo(MAX_PICTURE)],
    ["data", bytes(0)],
  ]],
  Exit: [17, [["version", uint], ["code", upTo(255)], ["signal", upTo(255)]]],
  Bye: [18, [["why", line]]],
  Notice: [19, [["text", line]]],
  Routing: [23, [["how", oneOf("fell back", "lost less", "stalled")]]],
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
  const wrong = inconsistency(decoded);
  if (wrong !== undefined) throw new WireError(wrong);
  return decoded;
}

/** What is wrong with fields that each are right. */
function inconsistency(message: Message): string | undefined {
  switch (message.type) {
    case "Snapshot":
      return message.part >= message.parts ? "Snapshot.part is not below parts" : undefined;
    case "Data":
      return message.base + message.data.length > MAX_INTEGER ? "Data ends out of range" : undefined;
    case "Picture":
      return message.from + message.data.length <= message.to && message.to <= message.size
        ? undefined
        : "Picture.data is not within size";
    case "Lines":
      return message.from + message.rows.length > MAX_INTEGER ? "Lines.rows end out of range" : undefined;
  }
}
