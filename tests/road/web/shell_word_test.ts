import assert from "node:assert/strict";
import fc from "fast-check";
import { testWith, unixTerminal } from "../../support/needs.ts";
import { shellWord } from "../../../road/web/files/shell_word.ts";
import { bytes } from "../../../road/web/files/sizes.ts";

Deno.test("a path is quoted only where a shell needs it, and one that hides a key is not typed", () => {
  assert.equal(shellWord("/run/user/0/beach-paste-a1/paste-1.png"), "/run/user/0/beach-paste-a1/paste-1.png");
  assert.equal(shellWord("/tmp/a b"), "'/tmp/a b'");
  assert.equal(shellWord("/tmp/it's"), "'/tmp/it'\\''s'");
  for (
    const bad of [
      "",
      "/a\r",
      "/a\n",
      "/a\x1b[201~",
      "/a\x7f",
      "/a\x9b",
      "/a\u2028",
      "/a\u202e",
      "x".repeat(5000),
    ]
  ) {
    assert.equal(shellWord(bad), undefined);
  }
});

testWith([unixTerminal], "sh reads each typed path as the one word that it was", async () => {
  const paths = fc.sample(fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 20 }), 300)
    .filter((path) => shellWord(path) !== undefined);
  const { stdout } = await new Deno.Command("sh", {
    args: ["-c", `printf '%s\\n' ${paths.map((path) => shellWord(`/${path}`)).join(" ")}`],
  }).output();
  assert.deepEqual(
    new TextDecoder().decode(stdout).split("\n").slice(0, -1),
    paths.map((path) => `/${path}`),
  );
});

Deno.test("sizes are said with two figures", () => {
  const sizes = [0, 1, 1023, 1024, 1536, 10 * 1024, 1023.4 * 1024, 1024 ** 2, 12.3 * 1024 ** 3, 1e18];
  assert.deepEqual(sizes.map(bytes), [
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
