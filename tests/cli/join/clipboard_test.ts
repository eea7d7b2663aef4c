import assert from "node:assert/strict";
import { Clipboard } from "../../../cli/join/clipboard.ts";

const sequence = (text: string) => `\x1b]52;c;${btoa(text)}\x07`;

Deno.test("clipboard: it is asked each time, until all are allowed; a question that is gone allows nothing", () => {
  const asked: number[] = [];
  const clipboard = new Clipboard("ask", (bytes) => asked.push(bytes));
  assert.equal(clipboard.request(sequence("hello")), "");
  assert.equal(clipboard.answer(false), sequence("hello"));
  assert.equal(clipboard.answer(false), "", "once");
  clipboard.request(sequence("one"));
  clipboard.request(sequence("another"));
  assert.equal(clipboard.answer(false), sequence("another"), "the last that was asked about");
  clipboard.request(sequence("too late"));
  clipboard.withdraw();
  assert.equal(clipboard.answer(true), "");
  assert.deepEqual(asked, [5, 3, 7, 8]);
  assert.equal(clipboard.request(sequence("from now on")), sequence("from now on"));
});

Deno.test("clipboard: the flag allows or denies without a question", () => {
  for (const [rule, wanted] of [["allow", sequence("x")], ["deny", ""]] as const) {
    const clipboard = new Clipboard(rule, () => assert.fail("nobody is to be asked"));
    assert.equal(clipboard.request(sequence("x")), wanted);
  }
});
