import assert from "node:assert/strict";
import fc from "fast-check";
import { type ClientMessage, LIMITS, type RoadMessage } from "../../../transport/schema/signal.ts";
import { decodeRelayed, encodeRelayed } from "../../../transport/schema/relay_message.ts";
import {
  decodeClientMessage,
  decodeRoadMessage,
  encodeClientMessage,
  encodeRoadMessage,
} from "../../../transport/schema/signal_codec.ts";
import { SignalError } from "../../../transport/schema/json_fields.ts";

const TOKEN = "A".repeat(22);
const hello = { kind: "pake", negotiation: 1, data: "d2FhYQ" } as const;
const offer = { kind: "offer", negotiation: 3, data: "AAAA" } as const;
const ice = {
  servers: [{ urls: ["stun:a.example:3478"] }, {
    urls: ["turn:[2001:db8::1]:3478?transport=udp"],
    username: "1:x",
    credential: "y=",
  }],
  issuedAt: 1,
  expiresAt: 2,
  ttlSeconds: 1,
};

const CLIENT: readonly ClientMessage[] = [
  { type: "join", version: 1, role: "host" },
  { type: "join", version: 1, role: "host", token: TOKEN },
  { type: "join", version: 1, role: "viewer", peer: "abcdefg2", token: TOKEN, hello },
  { type: "signal", to_peer: "host", signal: offer },
  { type: "signal", to_peer: "abcdefg2", signal: { kind: "pake", negotiation: 1, data: "!paused" } },
  { type: "state", peer: "abcdefg2", state: "fallback" },
  { type: "leave" },
  { type: "ping", id: 0 },
];
const ROAD: readonly RoadMessage[] = [
  {
    type: "join_success",
    session: "7kq2mx",
    peer: "host",
    token: TOKEN,
    public_url: "http://127.0.0.1:1",
    relay: true,
    ice,
    peers: ["abcdefg2"],
  },
  { type: "join_error", code: "not_found", message: "no such session", hint: "ask the host" },
  { type: "peer_joined", peer: "abcdefg2", hello, resumed: false },
  { type: "peer_left", peer: "host", reason: "lost" },
  { type: "signal", from_peer: "abcdefg2", signal: offer },
  { type: "state", peer: "host", state: "connected" },
  { type: "ice", ice },
  { type: "error", code: "out_of_order", message: "an answer before its offer" },
  { type: "moving", after_ms: 500 },
  { type: "pong", id: 7 },
];

Deno.test("signals: every message survives encoding and decoding", () => {
  for (const message of CLIENT) assert.deepEqual(decodeClientMessage(encodeClientMessage(message)), message);
  for (const message of ROAD) assert.deepEqual(decodeRoadMessage(encodeRoadMessage(message)), message);
});

const code = (call: () => unknown): string => {
  try {
    call();
  } catch (error) {
    if (error instanceof SignalError) return error.code;
    throw error;
  }
  return "taken";
};

Deno.test("signals: what breaks the schema is refused with its code", () => {
  const refused = (message: unknown) => code(() => decodeClientMessage(JSON.stringify(message)));
  assert.equal(refused({ type: "join", version: 2, role: "host", new_field: 1 }), "bad_version");
  assert.equal(refused({ type: "join", version: 1, role: "host", extra: 1 }), "bad_message");
  assert.equal(refused({ type: "join", version: 1, role: "admin" }), "bad_message");
  assert.equal(refused({ type: "join", version: 1, role: "viewer", hello: offer }), "bad_message");
  assert.equal(refused({ type: "join", version: 1, role: "viewer", peer: "ABCDEFGH" }), "bad_message");
  assert.equal(
    refused({ type: "signal", to_peer: "host", signal: { ...offer, data: "a b" } }),
    "bad_message",
  );
  assert.equal(
    refused({ type: "signal", to_peer: "host", signal: { ...offer, data: "!wrong" } }),
    "bad_message",
  );
  assert.equal(
    refused({ type: "signal", to_peer: "host", signal: { ...offer, negotiation: 0 } }),
    "bad_message",
  );
  assert.equal(
    refused({ type: "signal", to_peer: "host", signal: { ...offer, negotiation: 1.5 } }),
    "bad_message",
  );
  assert.equal(refused({ type: "ping", id: -1 }), "bad_message");
  assert.equal(refused([]), "bad_message");
  assert.equal(refused(null), "bad_message");
  assert.equal(refused({ type: "__proto__" }), "bad_message");
  assert.equal(code(() => decodeClientMessage("x".repeat(LIMITS.message + 1))), "too_large");
  assert.equal(code(() => decodeClientMessage("[".repeat(LIMITS.message))), "bad_message");
  const road = (message: unknown) => code(() => decodeRoadMessage(JSON.stringify(message)));
  assert.equal(
    road({ type: "error", code: "full", message: "\u001b]0;owned\u0007" }),
    "bad_message",
    "escapes",
  );
  assert.equal(road({ ...ROAD[0], public_url: "javascript:alert(1)" }), "bad_message");
  assert.equal(road({ ...ROAD[0], session: "../../etc" }), "bad_message");
  assert.equal(road({ type: "moving", after_ms: 1e9 }), "bad_message");
});

/** Values of any shape, and good messages with one part replaced or added. */
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.constantFrom("__proto__", "host", "!wrong", 1e308, -0, ""),
);
const broken = fc.tuple(fc.constantFrom(...CLIENT, ...ROAD), fc.string({ maxLength: 12 }), value, fc.nat())
  .map(
    ([message, name, value, at]) => {
      const copy = JSON.parse(JSON.stringify(message)) as Record<string, unknown>;
      const keys = Object.keys(copy);
      copy[at % 3 === 0 ? name : keys[at % keys.length]!] = value;
      return JSON.stringify(copy);
    },
  );
const cut = fc.tuple(fc.constantFrom(...CLIENT, ...ROAD), fc.nat(), fc.string({ maxLength: 3 })).map(
  ([message, at, put]) => {
    const json = JSON.stringify(message);
    return json.slice(0, at % json.length) + put + json.slice(at % json.length + 1);
  },
);

Deno.test("signals: 10,000 malformed ones are refused in one printable line; what is taken means what it says", () => {
  let refusals = 0;
  fc.assert(
    fc.property(fc.oneof(broken, cut, fc.string({ unit: "binary" })), (text) => {
      for (const decode of [decodeClientMessage, decodeRoadMessage]) {
        try {
          const taken = decode(text);
          assert.deepEqual(decode(JSON.stringify(taken)), taken);
        } catch (error) {
          if (!(error instanceof SignalError)) throw error;
          refusals++;
          // deno-lint-ignore no-control-regex -- the message goes to a log or a terminal
          assert.match(error.message, /^[^\x00-\x1f\x7f-\x9f]{1,400}$/);
        }
      }
    }),
    { numRuns: 10_000 },
  );
  assert.ok(refusals > 10_000, `${refusals} refusals`);
});

Deno.test("relayed messages: survive, and any bytes are refused or taken", () => {
  fc.assert(fc.property(
    fc.constantFrom("host", "abcdefg2"),
    fc.constantFrom("ctrl" as const, "term" as const, "bulk" as const),
    fc.uint8Array({ minLength: 1, maxLength: 100 }),
    (peer, channel, sealed) => {
      const back = decodeRelayed(encodeRelayed({ peer, channel, sealed }));
      assert.deepEqual({ ...back, sealed: back.sealed.slice() }, { peer, channel, sealed });
    },
  ));
  fc.assert(fc.property(fc.uint8Array({ maxLength: 30 }), (bytes) => {
    const outcome = code(() => decodeRelayed(bytes));
    assert.ok(outcome === "taken" || outcome === "bad_message");
  }));
  assert.equal(code(() => decodeRelayed(new Uint8Array(LIMITS.relay + 1))), "too_large");
  assert.throws(
    () => encodeRelayed({ peer: "host", channel: "ctrl", sealed: new Uint8Array(LIMITS.relay) }),
    RangeError,
  );
});
