/** Every head and message of services, from a liar: read within its limits, or refused with the code that the page names. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { ByteReader } from "../../../session/services/byte_reader.ts";
import { type FileMessages, readFileMessage, readFileOpen } from "../../../session/services/file_heads.ts";
import { readTarget } from "../../../session/services/forward_target.ts";
import {
  MAX_HEADER_TEXT,
  MAX_HEADERS,
  readResponseHead,
  requestHeaders,
} from "../../../session/services/http_head.ts";
import { encodeMessage, nextJson, nextMessage } from "../../../session/services/messages.ts";
import { readOffers, readRequestOpen } from "../../../session/services/request_heads.ts";
import { decodeHead, encodeHead } from "../../../session/services/service_stream.ts";
import { ServiceError } from "../../../session/streams/service_error.ts";

type Json = Readonly<Record<string, unknown>>;
const SHA = "a".repeat(64);
const HEADERS = [["A", "b"], ["Content-Length", "3"]];

/** Right ones of each kind, and who reads them. */
const HEADS: readonly (readonly [name: string, read: (head: Json) => unknown, right: readonly Json[]])[] = [
  ["requests", readRequestOpen, [
    { kind: "list" },
    { kind: "call", to: "a" },
    { kind: "port", to: "" },
    { kind: "http", to: "a", method: "GET", path: "/a?b", headers: HEADERS },
  ]],
  ["forward", readTarget, [{ host: "localhost", port: 80 }, { host: "fe80::1%eth0", port: 65_535 }]],
  ["files", readFileOpen, [
    { op: "list", path: "", deep: true },
    { op: "get", path: "a/b", from: 5, sha256: SHA },
    { op: "put", path: "a", size: 5, mode: 0o644, time: 1, id: "0".repeat(32) },
    { op: "folder", path: "a", mode: 0o755, time: -1 },
    { op: "paste", type: "image/png", size: 5 },
  ]],
];
/** What a host says, for its viewer. */
const ANSWERS: readonly (readonly [name: string, read: (value: unknown) => unknown, right: unknown])[] = [
  ["offers", readOffers, [{ name: "a", kind: "native" }, { name: "b", kind: "http" }]],
  ["an HTTP answer", readResponseHead, { status: 200, text: "OK", headers: HEADERS }],
  ...Object.entries({
    entry: { path: "a", kind: "file", size: 1, mode: 0o644, time: 0 },
    found: { size: 1, mode: 0o644, time: 0, from: 0 },
    held: { from: 0, sha256: SHA },
    from: { from: 0 },
    sum: { sha256: SHA },
    done: { done: true },
    made: { made: false },
    pasted: { path: "/a" },
  }).map(([kind, right]) =>
    [kind, (value: unknown) => readFileMessage(kind as keyof FileMessages, value), right] as const
  ),
];

const wrong = fc.oneof(
  fc.constantFrom<unknown[]>(
    null,
    true,
    "",
    "x",
    -1,
    0.5,
    1e300,
    2 ** 53,
    "1",
    "\0",
    "..",
    "a\r\nb",
    "\x1b[2J",
    "x".repeat(5000),
    "\ud800",
    [],
    {},
    [[]],
    [["A"]],
    [["A", 1]],
    [["A", "b\r\nC: d"]],
    [["a b", "c"]],
    [["", ""]],
    [["A", "\u0416"]],
    Array.from({ length: MAX_HEADERS + 1 }, () => ["A", "b"]),
    [["A", "b".repeat(MAX_HEADER_TEXT)]],
    [["Content-Length", "1"], ["content-length", "2"]],
    [["Content-Length", "+1"]],
    "CONNECT",
    "get it",
    "//",
    "/ x",
    "/#",
    { toString: "x", valueOf: 1, __proto__: null },
    Array.from({ length: 70 }, () => ({ name: "a", kind: "http" })),
  ),
  fc.jsonValue(),
);
/** `right` with fields replaced, added or taken away; through JSON, as it comes. */
const near = (right: unknown) =>
  fc.array(
    fc.tuple(
      fc.constantFrom(...Object.keys(right as Json), "constructor", "__proto__"),
      fc.option(wrong, { nil: undefined }),
    ),
    { minLength: 1, maxLength: 3 },
  ).map(
    (changes) => {
      const all: Record<string, unknown> = { ...right as Json };
      for (const [name, value] of changes) {
        if (value === undefined) delete all[name];
        else {Object.defineProperty(all, name, {
            value,
            enumerable: true,
            writable: true,
            configurable: true,
          });}
      }
      return JSON.parse(JSON.stringify(all));
    },
  );

/** No string, number or list of what was read is beyond what the page allows. */
function assertBounded(value: unknown): void {
  if (typeof value === "string") assert.ok(value.length <= MAX_HEADER_TEXT);
  else if (typeof value === "number") assert.ok(Number.isSafeInteger(value));
  else if (Array.isArray(value)) {
    assert.ok(value.length <= MAX_HEADERS);
    value.forEach(assertBounded);
  } else if (typeof value === "object" && value !== null) Object.values(value).forEach(assertBounded);
}

/** Reads `value`, or is refused with `code` in a line. True if it was read. */
function reads(read: () => unknown, code: string): boolean {
  try {
    assertBounded(read());
    return true;
  } catch (error) {
    assert.ok(error instanceof ServiceError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, /^\P{Cc}{1,200}$/u);
    return false;
  }
}

for (const [name, read, right] of HEADS) {
  Deno.test(`heads of ${name}: right ones are read, and what is near them, or anything, is bounded or refused`, () => {
    for (const head of right) {
      assert.ok(reads(() => read(decodeHead(encodeHead(head))), "head"), JSON.stringify(head));
      let refused = 0;
      fc.assert(
        fc.property(near(head), (value) => {
          if (!reads(() => read(value), "head")) refused++;
        }),
        { numRuns: 300 },
      );
      assert.ok(refused > 50, `${refused} of 300 near ${JSON.stringify(head)} were refused`);
    }
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      const head = typeof value === "object" && value !== null && !Array.isArray(value) ? value as Json : {};
      assert.equal(reads(() => read(head), "head"), false);
    }));
  });
}

for (const [name, read, right] of ANSWERS) {
  Deno.test(`what a host says, ${name}: bounded, or a bad answer`, () => {
    assert.ok(reads(() => read(right), "bad-answer"));
    assert.equal(reads(() => read(undefined), "bad-answer"), false);
    fc.assert(
      fc.property(fc.oneof(near(right), wrong), (value) => void reads(() => read(value), "bad-answer")),
    );
  });
}

Deno.test("heads: any bytes are an object in JSON, or refused", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 100 }),
    fc.json().map((text) => new TextEncoder().encode(text)),
    fc.constantFrom("{}", "[]", "null", '"x"', "{", "\ufeff{}", '{"a":1}x').map((text) =>
      new TextEncoder().encode(text)
    ),
  );
  fc.assert(fc.property(bytes, (bytes) => {
    let head: unknown;
    if (reads(() => void (head = decodeHead(bytes)), "head")) {
      assert.ok(typeof head === "object" && head !== null && !Array.isArray(head));
    }
  }));
});

Deno.test("HTTP heads: whatever passes has one host, and no header that is for one connection", () => {
  const [, , right] = HEADS[0]!;
  fc.assert(
    fc.property(near(right[3]), (value) => {
      if (!reads(() => readRequestOpen(value), "head")) return;
      const open = readRequestOpen(value);
      if (open.kind !== "http") return;
      const names = requestHeaders(open.headers, "http://127.0.0.1:80").map(([name]) => name.toLowerCase());
      assert.equal(names.filter((name) => name === "host").length, 1);
      assert.ok(
        !names.some((name) =>
          /^(?:connection|transfer-encoding|upgrade|te|trailer|expect|keep-alive)$/.test(name)
        ),
      );
    }),
    { numRuns: 500 },
  );
});

Deno.test("messages: any bytes in any pieces are read within the limit, or refused; no memory is taken for what is announced", async () => {
  const MOST = 1000;
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.jsonValue().map((value) => encodeMessage(value)),
    fc.integer({ min: 0, max: 2 ** 32 - 1 }).map((length) => {
      const head = new Uint8Array(12);
      new DataView(head.buffer).setUint32(0, length, true);
      return head;
    }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(bytes, { maxLength: 4 }),
      fc.integer({ min: 1, max: 50 }),
      async (all, size) => {
        const whole = new Uint8Array(await new Blob(all as Uint8Array<ArrayBuffer>[]).arrayBuffer());
        const pieces = function* () {
          for (let at = 0; at < whole.length; at += size) yield whole.subarray(at, at + size);
        };
        for (const read of [nextJson, nextMessage] as const) {
          const from = new ByteReader(ReadableStream.from(pieces()) as ReadableStream<Uint8Array>);
          try {
            for (;;) {
              const message = await read(from, MOST, (length: number) => assert.ok(length <= MOST));
              if (message === undefined) break;
              if (message instanceof Uint8Array) assert.ok(message.length <= MOST);
            }
          } catch (error) {
            assert.ok(error instanceof ServiceError, String(error));
            assert.ok(["too-large", "not-json", "gone"].includes(error.code), error.code);
          }
        }
      },
    ),
  );
});
