/** Frames as a liar would make them: each right by itself, with values at every edge. */
import fc from "fast-check";
import { MAX_INTEGER } from "../../frames/codec.ts";
import type { Frame, FrameType } from "../../frames/frame.ts";
import { MAX_PARTS, MAX_PICTURE, MAX_SIDE, MAX_SNAPSHOT, MAX_UNPACKED } from "../../frames/limits.ts";
import { pack } from "../../frames/deflate.ts";
import { packLines } from "../../frames/packed_lines.ts";
import type { PacketHeader } from "../../frames/packet.ts";

/** Offsets, lines, eras, counts: where sessions are, and where arithmetic ends. */
export const edge = fc.oneof(
  { weight: 3, arbitrary: fc.nat({ max: 20 }) },
  { weight: 2, arbitrary: fc.nat({ max: 20_000 }) },
  fc.constantFrom(
    2 ** 16,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 32 - 1,
    2 ** 32,
    2 ** 40,
    MAX_INTEGER - 16_384,
    MAX_INTEGER - 1,
    MAX_INTEGER,
  ),
);
const u32 = edge.map((n) => n % 2 ** 32);
const side = fc.constantFrom(1, 2, 80, MAX_SIDE);
const line = fc.oneof(
  fc.constantFrom("", "x", "\x1b[2J\x07\u202e\u0000", "\u0301".repeat(256)),
  fc.string({ maxLength: 256 }),
);
/** What a terminal is shown: text, floods of line feeds, sequences that repeat, and cut ones. */
const output = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 100 }),
  fc.constantFrom(
    "x",
    "\n".repeat(5000),
    "\x1b[2147483647S",
    "x\x1b[2147483647b",
    "\x1b]0;" + "t".repeat(9000),
    "e" + "\u0301".repeat(5000),
    "\x1b[6n".repeat(3000),
    "\x1b[?1049h",
    "\x1bc",
  )
    .map((text) => new TextEncoder().encode(text)),
);
const rows = fc.oneof(
  fc.array(fc.tuple(fc.string({ maxLength: 40 }), fc.boolean()), { maxLength: 20 }),
  fc.constantFrom(500, 3).map((n) =>
    Array.from({ length: n }, () => ["x".repeat(100), true] as [string, boolean])
  ),
  fc.constant([["\u0416".repeat(12_000), false] as [string, boolean]]),
);
const lines = fc.record({
  type: fc.constant("Lines" as const),
  id: edge,
  era: u32,
  first: edge,
  end: edge,
  from: edge.map((from) => Math.min(from, MAX_INTEGER - 500)),
  rows,
});
const hash = fc.constantFrom("0", "a", "f").map((digit) => digit.repeat(32));
/** What a liar says of a link. */
export const hostileHeader: fc.Arbitrary<PacketHeader> = fc.record({
  time: u32,
  echo: u32,
  held: u32,
  number: edge,
  top: edge,
  got: edge,
});
const sack = fc.uniqueArray(edge, { maxLength: 8 }).map((all) =>
  all.sort((a, b) => a - b).slice(0, all.length & ~1)
);
const base = edge.map((base) => Math.min(base, MAX_INTEGER - 16_384));
const names = fc.array(fc.constantFrom("pictures", "streams", "desktop", "x", "~".repeat(32)), {
  maxLength: 32,
});
/** Streams that are open, that may be, and that can't. */
const stream = fc.constantFrom(16, 17, 18, 300, 2 ** 32 - 1);
const size = { cols: side, rows: side };
/** Screens: what they say, what they do not unpack to, and what unpacks to 8 MiB. */
const screen = fc.oneof(
  { weight: 4, arbitrary: output.map((data) => ({ data, size: 0 })) },
  fc.constant({ data: pack(new Uint8Array(MAX_SNAPSHOT))!, size: MAX_SNAPSHOT }),
  fc.constant({ data: pack(new Uint8Array(MAX_SNAPSHOT))!, size: 7 }),
  fc.constant({ data: new Uint8Array(), size: MAX_SNAPSHOT }),
);
const part = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ part: 0, parts: 1 }) },
  fc.nat({ max: MAX_PARTS - 1 }).map((part) => ({ part, parts: MAX_PARTS })),
);

/** One of each kind, by its name. */
export const hostile: { readonly [T in FrameType]: fc.Arbitrary<Frame> } = {
  Output: fc.record({ type: fc.constant("Output" as const), gen: u32, base, data: output }),
  OutputAck: fc.record({ type: fc.constant("OutputAck" as const), have: edge, gen: u32, sack }),
  Input: fc.record({ type: fc.constant("Input" as const), base, data: output }),
  InputAck: fc.record({ type: fc.constant("InputAck" as const), have: edge, effect: edge, sack }),
  Probe: fc.constant({ type: "Probe" as const }),
  Hello: fc.record({
    type: fc.constant("Hello" as const),
    protocol: fc.constant(2),
    features: names,
    have: edge,
    gen: u32,
    input: edge,
    ...size,
    name: line,
  }),
  Welcome: fc.record({
    type: fc.constant("Welcome" as const),
    protocol: fc.constant(2),
    features: names,
    role: fc.constantFrom("write" as const, "view" as const),
    ...size,
    gen: u32,
    have: edge,
    title: line,
  }),
  Snapshot: fc.tuple(
    screen,
    part,
    fc.record({ id: u32, gen: u32, version: edge, ...size, line: edge, era: u32 }),
  ).map(([screen, part, head]) => ({ type: "Snapshot" as const, ...head, ...screen, ...part })),
  Resync: fc.record({ type: fc.constant("Resync" as const), have: edge, gen: u32 }),
  Window: fc.record({ type: fc.constant("Window" as const), ...size }),
  LinesRequest: fc.record({
    type: fc.constant("LinesRequest" as const),
    id: edge,
    era: u32,
    from: edge,
    to: edge,
  }),
  PictureRequest: fc.record({
    type: fc.constant("PictureRequest" as const),
    id: hash,
    from: fc.nat(MAX_PICTURE),
  }),
  Picture: fc.tuple(hash, fc.nat(4), fc.nat(MAX_PICTURE - 9), output).map(([id, kind, from, data]) => {
    const to = Math.min(MAX_PICTURE, from + data.length);
    return { type: "Picture" as const, id, kind, size: to, from, to, data: data.slice(0, to - from) };
  }),
  Lines: lines,
  PackedLines: fc.oneof(
    lines.map((one) =>
      packLines(one, 16_384) ?? { type: "PackedLines" as const, size: 9, data: new Uint8Array(5) }
    ),
    fc.constant({
      type: "PackedLines" as const,
      size: MAX_UNPACKED,
      data: pack(new Uint8Array(MAX_SNAPSHOT))!,
    }),
  ),
  Exit: fc.record({
    type: fc.constant("Exit" as const),
    version: edge,
    code: fc.nat({ max: 255 }),
    signal: fc.nat({ max: 255 }),
  }),
  Bye: fc.record({ type: fc.constant("Bye" as const), why: line }),
  Notice: fc.record({ type: fc.constant("Notice" as const), text: line }),
  Routing: fc.record({
    type: fc.constant("Routing" as const),
    how: fc.constantFrom("fell back" as const, "lost less" as const, "stalled" as const),
  }),
  Events: fc.record({ type: fc.constant("Events" as const), base, data: output }),
  EventsAck: fc.record({ type: fc.constant("EventsAck" as const), have: edge, number: u32 }),
  Position: fc.record({
    type: fc.constant("Position" as const),
    number: u32,
    x: fc.nat({ max: 0xffff }),
    y: fc.nat({ max: 0xffff }),
    holds: fc.boolean(),
  }),
  Role: fc.record({
    type: fc.constant("Role" as const),
    role: fc.constantFrom("write" as const, "view" as const),
    may: names,
  }),
  Offered: fc.record({ type: fc.constant("Offered" as const), port: fc.integer({ min: 1, max: 65_535 }) }),
  Open: fc.record({
    type: fc.constant("Open" as const),
    stream,
    service: line.map((name) => name.slice(0, 64)),
    head: fc.uint8Array({ maxLength: 100 }),
    limit: edge,
  }),
  Data: fc.record({ type: fc.constant("Data" as const), stream, base, data: output }),
  End: fc.record({ type: fc.constant("End" as const), stream, size: edge }),
  Credit: fc.record({ type: fc.constant("Credit" as const), stream, have: edge, limit: edge }),
  Reset: fc.record({
    type: fc.constant("Reset" as const),
    stream: fc.oneof(stream, fc.nat({ max: 4 })),
    code: line.map((code) => code.slice(0, 32)),
    message: line,
  }),
};
