import assert from "node:assert/strict";
import { shownText } from "../../../session/vt/shown_text.ts";

Deno.test("text of others is shown on one line, in its own order, and short", () => {
  assert.equal(shownText("vim — café 日本 👨‍👩‍👧", 64), "vim — café 日本 👨‍👩‍👧");
  assert.equal(shownText("a\x1b]0;b\x07c\r\nd\u0085e\u2028f", 64), "a ]0;b c d e f");
  assert.equal(shownText("\u202egpj.exe\u2066\u200f\u061c\ufeff\u200b", 64), "gpj.exe");
  assert.equal(shownText("\ud800x", 64), "\ufffdx");
  assert.equal(shownText("👍".repeat(10), 4), "👍👍👍…");
  assert.equal(shownText("\n".repeat(1000) + "late", 4), "…");
  assert.equal(shownText("", 4), "");
});
