import assert from "node:assert/strict";
import { Backoff } from "../../transport/backoff.ts";

Deno.test("backoff: doubles up to its limit, in the upper half, and starts over", () => {
  for (const random of [0, 0.5, 0.999]) {
    const backoff = new Backoff(250, 5_000, () => random);
    for (const longest of [250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]) {
      const wait = backoff.next();
      assert.ok(wait >= longest / 2 && wait <= longest, `${wait} of ${longest}`);
    }
    backoff.reset();
    assert.ok(backoff.next() <= 250);
  }
});
