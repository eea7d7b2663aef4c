import assert from "node:assert/strict";
import fc from "fast-check";
import { encode, MAX_INTEGER, MAX_VALUES, type Value, WireError } from "../../frames/codec.ts";
import { type Frame, frameValue, type WrittenFrame } from "../../frames/frame.ts";
import { MAX_DATA, MAX_FRAMES, MAX_ROWS } from "../../frames/limits.ts";
import { decodePacket, encodePacket, type OwnPacket, type Packet } from "../../frames/packet.ts";
import vectors from "./vectors.json" with { type: "json" };

const fromHex = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const toHex = (bytes: Uint8Array) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");

/** JSON has no bytes: they stand as {"hex": "…"}. */
function revive(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revive);
  if (value === null || typeof value !== "object") return value;
  if ("hex" in value) return fromHex(value.hex as string);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revive(inner)]));
}

/** Comparable: byte arrays of the decoder's may be Buffers. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return [...value];
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

const asSent = ({ header, frames }: Packet): OwnPacket => ({ header, frames: frames as Frame[] });

Deno.test("every vector encodes to its bytes and back", () => {
  for (const { name, hex, packet } of vectors.good) {
    const value = revive(packet) as OwnPacket;
    assert.equal(toHex(encodePacket(value)), hex, name);
    assert.deepEqual(plain(decodePacket(fromHex(hex))), plain({ ...value, unknown: 0 }), name);
  }
});

Deno.test("every type of frame has a vector", () => {
  const types = new Set(vectors.good.flatMap(({ packet }) => packet.frames.map(({ type }) => type)));
  assert.equal(types.size, 29);
});

Deno.test("what only a later protocol knows is passed over, and what stands beside it counts", () => {
  for (const { name, hex, packet, unknown } of vectors.passedOver) {
    assert.deepEqual(
      plain(decodePacket(fromHex(hex))),
      plain({ ...revive(packet) as Packet, unknown }),
      name,
    );
  }
});

Deno.test("every hostile vector is refused with its reason", () => {
  for (const { name, hex, reason } of vectors.bad) {
    assert.throws(() => decodePacket(fromHex(hex)), (error) => {
      assert.ok(error instanceof WireError, `${name}: ${error}`);
      assert.match(error.message, new RegExp(reason), name);
      return true;
    });
  }
});

const offset = fc.nat({ max: MAX_INTEGER });
const u32 = fc.nat({ max: 0xffff_ffff });
const sack = fc.uniqueArray(offset, { maxLength: 8 }).map((a) =>
  a.sort((x, y) => x - y).slice(0, a.length & ~1)
);
const bytes = fc.uint8Array({ minLength: 1, maxLength: 300 });
const base = fc.nat({ max: MAX_INTEGER - 300 });
const frame: fc.Arbitrary<WrittenFrame> = fc.oneof(
  fc.record({ type: fc.constant("Output" as const), gen: u32, base, data: bytes }),
  fc.record({ type: fc.constant("Input" as const), base, data: bytes }),
  fc.record({ type: fc.constant("OutputAck" as const), have: offset, gen: u32, sack }),
  fc.record({ type: fc.constant("InputAck" as const), have: offset, effect: offset, sack }),
  fc.record({
    type: fc.constant("Data" as const),
    stream: fc.nat({ max: 0xffff_ffff - 16 }).map((n) => n + 16),
    base,
    data: bytes,
  }),
);
const header = fc.option(
  fc.record({ time: u32, echo: u32, held: u32, number: offset, top: offset, got: offset }),
);
const packet = fc.record({ header, frames: fc.array(frame, { minLength: 1, maxLength: 5 }) });

Deno.test("any packet of data and acks survives the round trip", () => {
  fc.assert(fc.property(packet, (packet) => {
    assert.deepEqual(plain(decodePacket(encodePacket(packet))), plain({ ...packet, unknown: 0 }));
  }));
});

/** Whatever a later protocol may say: a stream, a type, and any values that packets may hold. */
const { value: anything } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    offset,
    fc.string({ maxLength: 40 }),
    fc.boolean(),
    fc.constant(null),
    bytes,
    fc.array(tie("value"), { maxLength: 4 }),
  ),
}));
const later = fc.tuple(
  fc.oneof(
    fc.tuple(fc.nat({ max: 4 }), fc.integer({ min: 10, max: 0xffff_ffff })),
    fc.tuple(fc.integer({ min: 5, max: 15 }), u32),
    fc.tuple(fc.integer({ min: 16, max: 0xffff_ffff }), fc.integer({ min: 5, max: 0xffff_ffff })),
  ),
  fc.array(anything, { maxLength: 5 }),
).map(([[stream, type], fields]) => [stream, type, ...fields] as Value[]);

Deno.test("property: frames of a later protocol, anywhere among known ones, change nothing of these", () => {
  const mixed = fc.array(fc.oneof(frame.map((known) => ({ known })), later.map((later) => ({ later }))), {
    minLength: 1,
    maxLength: 20,
  });
  fc.assert(fc.property(mixed, (mixed) => {
    const values = mixed.map((one) => "known" in one ? frameValue(one.known) : one.later);
    const frames = mixed.flatMap((one) => "known" in one ? [one.known] : []);
    const decoded = decodePacket(encode([null, ...values]));
    assert.deepEqual(plain(decoded.frames), plain(frames));
    assert.equal(decoded.unknown, mixed.length - frames.length);
  }));
});

Deno.test("random bytes, and packets with one byte changed, decode or raise WireError, and what decodes encodes the same", () => {
  const check = (bytes: Uint8Array) => {
    let packet;
    try {
      packet = decodePacket(bytes);
    } catch (error) {
      assert.ok(error instanceof WireError, String(error));
      return;
    }
    // What was passed over, or not read, is not there to be encoded.
    if (packet.unknown > 0 || packet.frames.some(({ type }) => type === "OtherProtocol")) return;
    assert.equal(toHex(encodePacket(asSent(packet))), toHex(bytes));
  };
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), check), { numRuns: 5000 });
  const changed = fc.tuple(packet, fc.nat(), fc.nat({ max: 255 })).map(([packet, at, value]) => {
    const bytes = encodePacket(packet);
    bytes[at % bytes.length] = value;
    return bytes;
  });
  fc.assert(fc.property(changed, check), { numRuns: 5000 });
});

Deno.test("a length that promises more than there is asks for no memory", () => {
  const before = Deno.memoryUsage().heapUsed;
  for (const hex of ["dcffff", "dd00ffffff", "c6ffffffff", "92c0" + "dc7fff"]) {
    assert.throws(() => decodePacket(fromHex(hex)), WireError);
  }
  assert.ok(Deno.memoryUsage().heapUsed - before < 1_000_000);
});

Deno.test("more values than a packet may have are refused before any of them is built, wherever they stand; the longest Lines has fewer", () => {
  // The packet, no header, the frame with stream and type: five besides the fields.
  const packet = (fields: Value[]) => encode([null, [0, 90, ...fields]]);
  const ones = (count: number) => Array.from({ length: count }, () => 1);
  assert.equal(decodePacket(packet(ones(MAX_VALUES - 5))).unknown, 1);
  const nested = Array.from({ length: 7 }, () => ones(300));
  for (const fields of [ones(MAX_VALUES - 4), ones(60_000), nested]) {
    assert.throws(() => decodePacket(packet(fields)), {
      name: "WireError",
      message: /more than 2048 values/,
    });
  }
  const rows = Array.from({ length: MAX_ROWS }, () => ["x", false] as const);
  const lines = { type: "Lines", id: 1, era: 0, first: 0, end: MAX_ROWS, from: 0, rows } as const;
  assert.equal(decodePacket(encodePacket({ header: null, frames: [lines] })).frames.length, 1);
});

Deno.test("data over the limit is refused, and so are more frames", () => {
  const data = new Uint8Array(MAX_DATA + 1);
  for (const type of ["Output", "Input"] as const) {
    const frames = [{ type, gen: 1, base: 0, data }];
    assert.throws(() => decodePacket(encodePacket({ header: null, frames })), WireError);
  }
  const ends = (count: number) =>
    Array.from({ length: count }, () => ({ type: "End", stream: 16, size: 0 }) as const);
  const all = { header: null, frames: ends(MAX_FRAMES) };
  assert.equal(decodePacket(encodePacket(all)).frames.length, MAX_FRAMES);
  const more = { header: null, frames: ends(MAX_FRAMES + 1) };
  assert.throws(() => decodePacket(encodePacket(more)), WireError);
});
