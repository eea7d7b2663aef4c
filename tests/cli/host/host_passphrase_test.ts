import assert from "node:assert/strict";
import { weakness } from "../../../cli/host/host_passphrase.ts";

Deno.test("passphrase: what a few guesses would find is refused", () => {
  for (
    const weak
      of ("abc hunter2 öäüöäüö password Password1 12345678 87654321 1234567890 abcdefgh aaaaaaaa aabbaabb sunshine2024 qwertyui " +
        "changeme! abababab 19991231").split(" ")
  ) assert.notEqual(weakness(weak), undefined, weak);
});

Deno.test("passphrase: what stands 64 guesses is taken", () => {
  for (
    const good of [
      "open sesame",
      "hunter2-passphrase",
      "correct horse battery staple",
      "xK9#mQ2v",
      "grüne Ente um acht",
    ]
  ) {
    assert.equal(weakness(good), undefined, good);
  }
});
