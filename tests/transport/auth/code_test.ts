import assert from "node:assert/strict";
import fc from "fast-check";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import {
  CodeError,
  type JoinCode,
  newWords,
  parseCode,
  printCode,
  printUrl,
} from "../../../transport/auth/join_code.ts";

const ID_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";
const session = fc.array(fc.constantFrom(...ID_LETTERS), { minLength: 6, maxLength: 16 }).map((a) =>
  a.join("")
);
const word = fc.constantFrom(...wordlist.filter((w) => w !== "view"));
const words = fc.tuple(word, word, word).map((w) => w.join("-"));
const secret: fc.Arbitrary<Pick<JoinCode, "access" | "words">> = fc.oneof(
  fc.record({ access: fc.constantFrom("write" as const, "view" as const), words }),
  fc.record({ access: fc.constantFrom("write" as const, "view" as const) }),
);
const bareRoad = fc.constantFrom("http://192.168.1.5:41234", "http://[::1]:8080", "http://laptop.lan:9000");

Deno.test("code: every code survives printing and parsing", () => {
  fc.assert(fc.property(session, secret, fc.option(bareRoad), (session, secret, road) => {
    const code: JoinCode = { session, ...secret, ...(road === null ? {} : { road }) };
    assert.deepEqual(parseCode(printCode(code)), code);
    assert.deepEqual(parseCode(` ${printCode(code).toUpperCase()}\n`), code);
  }));
});

Deno.test("code: every code survives its URL", () => {
  fc.assert(fc.property(
    session,
    secret,
    fc.constantFrom("https://road.example", "http://10.0.0.1:41234", "https://x.example/sub"),
    (session, secret, road) => {
      const url = printUrl({ session, ...secret }, road + "/");
      assert.deepEqual(parseCode(url), { session, ...secret, road });
      assert.ok(
        secret.words === undefined || !new URL(url).pathname.includes(secret.words),
        "secret after #",
      );
    },
  ));
});

Deno.test("code: the README's examples", () => {
  assert.deepEqual(parseCode("7kq2mx-rival-lamp-alert"), {
    session: "7kq2mx",
    access: "write",
    words: "rival-lamp-alert",
  });
  assert.deepEqual(parseCode("7kq2mx"), { session: "7kq2mx", access: "write" });
  assert.deepEqual(parseCode("7kq2mx-view-rival-lamp-alert@[fe80::1]:80").road, "http://[fe80::1]:80");
});

Deno.test("code: a malformed code says what, value, wanted and hint", () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ["", /No join code/],
    ["otter-rival-lamp", /session id/],
    ["apple-rival-lamp", /comes before them/],
    ["7kq2m0-rival-lamp-alert", /session id.*"7kq2m0"/],
    ["7kq2mx-rival-lamp", /number of secret words.*"2"/],
    ["7kq2mx-rival-lamp-alert-alert-alert-alert-alert", /number of secret words.*"7"/],
    ["7kq2mx-rivaal-lamp-alert", /unknown word.*"rivaal".*Did you mean "rival"/],
    ["7kq2mx-rival-lamp-view", /unknown word.*"view"/],
    ["7kq2mx-view-view-lamp-alert", /unknown word.*"view"/],
    ["7kq2mx-view-rival-lamp", /number of secret words/],
    ["7kq2mx-rival-lamp-alert@nowhere", /address.*"nowhere"/],
    ["7kq2mx-rival-lamp-alert@1.2.3.4:99999", /address/],
    ["7kq2mx-rival-lamp-alert@a/b:80", /address/],
    ["ftp://road.example/j/7kq2mx", /scheme/],
    ["https://road.example/7kq2mx", /path/],
    ["https://user:pw@road.example/j/7kq2mx", /parts/],
    ["https://", /can't be read/],
    ["x".repeat(1000), /too long/],
    ["7kq2mx-\u001b[31m-lamp-alert", /unknown word.*\?\[31m/],
  ];
  for (const [text, expected] of cases) {
    assert.throws(() => parseCode(text), (error) => {
      assert.ok(error instanceof CodeError, `${text}: ${error}`);
      assert.match(error.message, expected);
      assert.ok(error.what && error.wanted && error.hint, text);
      // deno-lint-ignore no-control-regex -- an error must not carry them to the terminal
      assert.doesNotMatch(error.message, /[\x00-\x1f]/);
      return true;
    });
  }
});

Deno.test("code: any text gives a code or a CodeError", () => {
  const pieces = fc.array(
    fc.oneof(word, fc.string({ maxLength: 8 }), fc.constantFrom("-", "@", "7kq2mx", "https://", "/j/", "#")),
  );
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), pieces.map((p) => p.join("-"))), (text) => {
      try {
        parseCode(text);
      } catch (error) {
        assert.ok(error instanceof CodeError, String(error));
      }
    }),
    { numRuns: 2000 },
  );
});

Deno.test("code: new words are as many as asked for, never `view`, and use the randomness given", () => {
  const view = wordlist.indexOf("view");
  const draws = [view, 0, view + 2048, 1, 2047];
  assert.equal(newWords(3, (a) => void (a[0] = draws.shift()!)), "abandon-ability-zoo");
  assert.notEqual(newWords(), newWords());
});
