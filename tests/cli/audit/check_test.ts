import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { concat } from "../../../frames/bytes.ts";
import { MAX_FAULTS } from "../../../cli/audit/check.ts";
import { MAX_LINE } from "../../../cli/audit/chain.ts";
import { auditLines, checkLines } from "./audit_lines.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (line: Uint8Array) => new TextDecoder().decode(line);
const ENTRIES = [
  { event: "opened" },
  { event: "peer_joined", peer: "abcd2345", role: "write", name: "Ädä" },
  { event: "typed", peer: "abcd2345", bytes: 3, ms: 20 },
  { event: "peer_left", peer: "abcd2345", reason: "left" },
  { event: "closed" },
];
const LINES = auditLines(ENTRIES);

Deno.test("audit: a line as its page describes it, and the hash that other tools compute", () => {
  assert.equal(
    text(LINES[0]!),
    `{"n":0,"prev":"${"0".repeat(64)}","time":1000,"event":"opened"}\n`,
  );
  const hash = createHash("sha256").update(LINES[0]!).digest("hex");
  assert.equal(JSON.parse(text(LINES[1]!)).prev, hash);
});

Deno.test("audit: an untouched file is whole, however its bytes come", () => {
  fc.assert(fc.property(fc.array(fc.nat(40), { maxLength: 50 }), (cuts) => {
    const all = concat(LINES);
    const pieces: Uint8Array[] = [];
    let at = 0;
    for (const cut of cuts) pieces.push(all.subarray(at, at += cut));
    pieces.push(all.subarray(at));
    const verdict = checkLines(pieces);
    assert.deepEqual([verdict.wrong, verdict.lines, verdict.closed, verdict.open], [0, 5, true, 0]);
    assert.equal(verdict.head, createHash("sha256").update(LINES[4]!).digest("hex"));
  }));
});

Deno.test("audit: any one byte that is changed shows, except in the last line's words", () => {
  const all = concat(LINES);
  const before = all.length - LINES.at(-1)!.length;
  fc.assert(fc.property(fc.nat(before - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
    const changed = all.slice();
    changed[at]! ^= by;
    assert.ok(checkLines([changed]).wrong > 0);
  }));
});

Deno.test("audit: what is missing, put in or moved is named by its line", () => {
  const faults = (...lines: Uint8Array[]) => checkLines(lines).faults;
  const [a, b, c, d, e] = LINES as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  assert.deepEqual(faults(a, b, d, e), ["line 3: 1 missing before it (number 3 comes where 2 would)"]);
  assert.deepEqual(faults(b, c, d, e), ["line 1: 1 missing before it (number 1 comes where 0 would)"]);
  const lied = bytes(text(c).replace('"bytes":3', '"bytes":4'));
  assert.deepEqual(faults(a, b, lied, d, e), ["line 4: the line before it was changed, or it was"]);
  assert.deepEqual(
    faults(a, b, b, c, d, e)[0],
    "line 3: number 1 comes where 2 would: lines were moved or put in",
  );
  // The last two lines are missing: nothing follows that could tell.
  const verdict = checkLines([a, b, c]);
  assert.deepEqual([verdict.wrong, verdict.closed], [0, false]);
});

Deno.test("audit: another form of the same JSON is a change", () => {
  for (
    const other of [
      text(LINES[1]!).replace(",", ", "),
      text(LINES[1]!).replace("Ä", "\\u00c4"),
      text(LINES[1]!).replace('"time":1001', '"time":1.001e3'),
      text(LINES[1]!).replace('"peer":', '"event":"x","peer":'),
      text(LINES[1]!).replace("\n", "\r\n"),
      "[]\n",
      "null\n",
      "\n",
      `"${"x".repeat(MAX_LINE)}"\n`,
    ]
  ) {
    const verdict = checkLines([LINES[0]!, bytes(other), ...LINES.slice(2)]);
    assert.equal(verdict.faults[0], "line 2: it is no line of an audit, or was changed", other.slice(0, 80));
  }
});

Deno.test("audit: a flood of faults is counted, not kept", () => {
  const verdict = checkLines([bytes("x\n".repeat(10_000))]);
  assert.deepEqual([verdict.wrong, verdict.faults.length], [10_000, MAX_FAULTS]);
});
