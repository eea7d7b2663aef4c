/** Lines of a connection, whole and cut anywhere, and one that is too long. */
import assert from "node:assert/strict";
import { lines, LineTooLong } from "../../../cli/control/lines.ts";

/** A source that gives these parts, one a read. */
function source(...parts: readonly (string | Uint8Array)[]) {
  const left = parts.map((part) => typeof part === "string" ? new TextEncoder().encode(part) : part);
  return {
    read(into: Uint8Array): Promise<number | null> {
      const part = left.shift();
      if (!part) return Promise.resolve(null);
      into.set(part);
      return Promise.resolve(part.length);
    },
  };
}

const all = (most: number, ...parts: readonly (string | Uint8Array)[]) =>
  Array.fromAsync(lines(source(...parts), most));

Deno.test("lines come whole, however they are cut, and what follows the last newline is none", async () => {
  const text = "one\n\nzwölf\nlast";
  const bytes = new TextEncoder().encode(text);
  for (let cut = 0; cut <= bytes.length; cut++) {
    assert.deepEqual(await all(16, bytes.slice(0, cut), bytes.slice(cut)), ["one", "", "zwölf"]);
  }
  assert.deepEqual(await all(3, "abc\n"), ["abc"]);
});

Deno.test("a line that is too long ends the reading, with or without its end, and what is no UTF-8 too", async () => {
  await assert.rejects(all(3, "abcd\n"), LineTooLong);
  await assert.rejects(all(3, "ab", "cd"), LineTooLong);
  await assert.rejects(all(16, Uint8Array.of(0xff, 10)), TypeError);
});
