import assert from "node:assert/strict";
import { type Input, InputReader } from "../../../session/vt/terminal_input.ts";
import { cpuTime } from "../../support/cpu_time.ts";

const encode = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
const show = (inputs: readonly Input[]) =>
  inputs.map(({ kind, bytes }) => `${kind} ${String.fromCharCode(...bytes).replaceAll("\x1b", "^")}`);

const ROWS: readonly [input: string, wanted: string[]][] = [
  ["ls\r\x03", ["text ls\r\x03"]],
  ["\x1b", ["key ^"]],
  ["\x1b\x1b", ["key ^", "key ^"]],
  ["\x1bx\x1b\xc3\xa9y", ["key ^x", "key ^\xc3\xa9", "text y"]],
  ["\x1b[A\x1bOP\x1b[15;5~\x1b[Z", ["key ^[A", "key ^OP", "key ^[15;5~", "key ^[Z"]],
  ["\x1b\x1b[A\x1b[[Ax", ["key ^^[A", "key ^[[A", "text x"]],
  ["\x1b[\x1b]\x1bP\x1b_", ["key ^[", "key ^]", "key ^P", "key ^_"]],
  ["\x1b[R\x1b[1;2R\x1b[24;80R\x1b[?1;1R", ["key ^[R", "key ^[1;2R", "answer ^[24;80R", "answer ^[?1;1R"]],
  ["\x1b[97;5u\x1b[97;5:2u\x1b[97;5:3u\x1b[1;1:3P", [
    "key ^[97;5u",
    "key ^[97;5:2u",
    "quiet ^[97;5:3u",
    "quiet ^[1;1:3P",
  ]],
  ["\x1b[?1;2c\x1b[>0;276;0c\x1b[c\x1b[0n\x1b[?2026;2$y\x1b[?0u\x1b[8;24;80t", [
    "answer ^[?1;2c",
    "answer ^[>0;276;0c",
    "key ^[c",
    "answer ^[0n",
    "answer ^[?2026;2$y",
    "answer ^[?0u",
    "answer ^[8;24;80t",
  ]],
  ["\x1b]10;rgb:0/0/0\x07\x1b]4;1;rgb:0/0/0\x1b\\\x1bP1$r0m\x1b\\\x1b_Gi=1;OK\x1b\\\x1b]lx\x1b\\", [
    "answer ^]10;rgb:0/0/0\x07",
    "answer ^]4;1;rgb:0/0/0^\\",
    "answer ^P1$r0m^\\",
    "answer ^_Gi=1;OK^\\",
    "answer ^]lx^\\",
  ]],
  ["a\x1b[200~b\x1b[Ac\x1b[201~d", ["text a", "paste ^[200~b^[Ac^[201~", "text d"]],
  ["\x1b[12\x01x", ["key ^[", "text 12\x01x"]],
];

Deno.test("what a terminal sends is keys, reports, pastes and answers, and which is which", () => {
  for (const [input, wanted] of ROWS) {
    const reader = new InputReader();
    assert.deepEqual(
      show([...reader.read(encode(input), 0), ...reader.flush()]),
      wanted,
      JSON.stringify(input),
    );
  }
});

Deno.test("a sequence that is cut over two reads is one, unless its begin is a key", () => {
  for (
    const sequence of [
      "\x1b[24;80R",
      "\x1b[<35;100;20M",
      "\x1b]11;rgb:ff/ff/ff\x1b\\",
      "\x1bP>|x(1)\x1b\\",
      "\x1b[M #$",
    ]
  ) {
    for (let at = 3; at < sequence.length; at++) {
      const reader = new InputReader();
      const parts = [...reader.read(encode("a" + sequence.slice(0, at)), 0)];
      assert.ok(reader.holds, `${JSON.stringify(sequence)} at ${at}`);
      parts.push(...reader.read(encode(sequence.slice(at) + "b"), 1));
      assert.equal(parts.length, 3, `${JSON.stringify(sequence)} at ${at}: ${show(parts)}`);
    }
  }
});

Deno.test("an Esc at the end of a crowded read waits for more; alone it is a key at once", () => {
  const reader = new InputReader();
  const first = reader.read(encode("\x1b[<35;10;20M".repeat(20) + "\x1b"), 0);
  assert.equal(first.length, 20);
  assert.deepEqual(show(reader.read(encode("[<35;10;20M"), 1)), ["mouse ^[<35;10;20M"]);
  assert.deepEqual(show(reader.read(encode("\x1b"), 2)), ["key ^"]);
});

Deno.test("a long paste and many reports are read in time that grows with their length", () => {
  const reader = new InputReader();
  const spent = cpuTime();
  for (let i = 0; i < 16; i++) reader.read(encode("\x1b[<35;10;20M".repeat(5000) + "\x1b]1".repeat(100)), i);
  reader.read(encode("\x1b[200~" + "\x1b[2".repeat(20_000) + "\x1b[201~"), 99);
  assert.ok(spent() < 2000, `${spent()} ms`);
});
