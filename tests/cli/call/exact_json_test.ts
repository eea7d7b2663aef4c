import assert from "node:assert/strict";
import { exactJson } from "../../../cli/call/exact_json.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("exact JSON: numbers stay as they were written, all else is as ever", () => {
  for (
    const text of [
      "9007199254740993",
      '{"id":12345678901234567890,"list":[1e400,-0,1.10,0.1e-7]}',
      '{"__proto__":1,"":null,"t":[true,false,"1","\\u001b ü"]}',
      `[${"1".repeat(1000)}]`,
      '"text"',
      "null",
    ]
  ) {
    assert.equal(JSON.stringify(exactJson(bytes(text))), text);
  }
  assert.equal(JSON.stringify(exactJson(bytes(' { "a" :\n 1 } '))), '{"a":1}');
});

Deno.test("exact JSON: what is none is refused", () => {
  for (const text of ["", "{", "01", "NaN", '{"a":1,}', "\ufeff1"]) {
    assert.throws(() => exactJson(bytes(text)), { code: "not-json" }, text);
  }
  assert.throws(() => exactJson(Uint8Array.of(0x22, 0xff, 0x22)), { code: "not-json" });
});
