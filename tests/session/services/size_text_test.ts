import assert from "node:assert/strict";
import { sizeText } from "../../../session/services/size_text.ts";

Deno.test("sizes are said with two figures", () => {
  const sizes = [0, 1, 1023, 1024, 1536, 10 * 1024, 1023.4 * 1024, 1024 ** 2, 12.3 * 1024 ** 3, 1e18];
  assert.deepEqual(sizes.map(sizeText), [
    ...[
      "0 B",
      "1 B",
      "1023 B",
      "1.0 KiB",
      "1.5 KiB",
      "10 KiB",
      "1023 KiB",
      "1.0 MiB",
      "12 GiB",
      "909495 TiB",
    ],
  ]);
});
