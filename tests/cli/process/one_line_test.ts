import assert from "node:assert/strict";
import { explain, Failure, oneLine } from "../../../cli/process/failure.ts";

Deno.test("a line for a person controls no terminal, and reads in the order in which it was written", () => {
  assert.equal(oneLine("one\r\n  two\n\nthree"), "one two three");
  assert.equal(oneLine("\x1b[2J\x07\x7f\x9b"), "\\x1b[2J\\x07\\x7f\\x9b");
  assert.equal(
    oneLine("photo\u202egpj.exe \u2066a\u2069 \u200f \u061c \u2028"),
    "photo\\u202egpj.exe \\u2066a\\u2069 \\u200f \\u061c \\u2028",
  );
  for (const kept of ["wörter 文 😀 👩\u200d💻", "שלום", "a\u00a0b"]) assert.equal(oneLine(kept), kept);
  const { line } = explain(new Failure({ what: "Not copied: \x1b]0;x\x07\u202e", value: "a\u202eb" }));
  assert.match(line, /^\P{Cc}+$/u);
  assert.ok(!line.includes("\u202e"));
});
