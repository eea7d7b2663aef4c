import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeMessage, encodeMessage, MAX_DATA, type Message } from "../../frames/message.ts";
import { MAX_INTEGER, WireError } from "../../frames/codec.ts";
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

const plain = (message: Message) =>
  Object.fromEntries(Object.entries(message).map(([k, v]) => [k, v instanceof Uint8Array ? [...v] : v]));

Deno.test("every vector encodes to its bytes and back", () => {
  for (const { name, hex, message } of vectors.good) {
    const value = revive(message) as Message;
    assert.equal(toHex(encodeMessage(value)), hex, name);
    assert.deepEqual(plain(decodeMessage(fromHex(hex))), plain(value), name);
  }
});

Deno.test("every message type has a vector", () => {
  const types = new Set(vectors.good.map((v) => v.message.type));
  assert.equal(types.size, 16);
});

Deno.test("every hostile vector is refused with its reason", () => {
  for (const { name, hex, reason } of vectors.bad) {
    assert.throws(() => decodeMessage(fromHex(hex)), (error) => {
      assert.ok(error instanceof WireError, `${name}: ${error}`);
      assert.match(error.message, new RegExp(reason), name);
      return true;
    });
  }
});

const offset = fc.nat({ max: MAX_INTEGER });
const u32 = fc.nat({ max: 0xffff_ffff });
const data: fc.Arbitrary<Message> = fc.record({
  type: fc.constant("Data" as const),
  time: u32,
  echo: u32,
  held: u32,
  number: offset,
  top: offset,
  got: offset,
  have: offset,
  gen: offset,
  sack: fc.uniqueArray(offset, { maxLength: 8 }).map((a) => a.sort((x, y) => x - y).slice(0, a.length & ~1)),
  base: fc.nat({ max: MAX_INTEGER - 300 }),
  data: fc.uint8Array({ minLength: 1, maxLength: 300 }),
  effect: offset,
});

Deno.test("any Data message survives the round trip", () => {
  fc.assert(fc.property(data, (message) => {
    assert.deepEqual(plain(decodeMessage(encodeMessage(message))), plain(message));
  }));
});

Deno.test("random bytes, and messages with one byte changed, decode or raise WireError, and what decodes encodes the same", () => {
  const check = (bytes: Uint8Array) => {
    let message;
    try {
      message = decodeMessage(bytes);
    } catch (error) {
      assert.ok(error instanceof WireError, String(error));
      return;
    }
    assert.equal(toHex(encodeMessage(message)), toHex(bytes));
  };
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), check), { numRuns: 5000 });
  const changed = fc.tuple(data, fc.nat(), fc.nat({ max: 255 })).map(([message, at, value]) => {
    const bytes = encodeMessage(message);
    bytes[at % bytes.length] = value;
    return bytes;
  });
  fc.assert(fc.property(changed, check), { numRuns: 5000 });
});

Deno.test("a length that promises more than there is asks for no memory", () => {
  const before = Deno.memoryUsage().heapUsed;
  for (const hex of ["dcffff", "dd00ffffff", "c6ffffffff", "9101" + "dc7fff"]) {
    assert.throws(() => decodeMessage(fromHex(hex)), WireError);
  }
  assert.ok(Deno.memoryUsage().heapUsed - before < 1_000_000);
});

Deno.test("data over the limit is refused", () => {
  const [message] = fc.sample(data, 1);
  assert.throws(
    () => decodeMessage(encodeMessage({ ...message!, data: new Uint8Array(MAX_DATA + 1) } as Message)),
    WireError,
  );
});
