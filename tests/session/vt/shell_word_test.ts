import assert from "node:assert/strict";
import fc from "fast-check";
import { program, testWith, unixTerminal } from "../../support/needs.ts";
import { shellWord, typedWord } from "../../../session/vt/shell_word.ts";

Deno.test("a path is quoted only where a shell needs it, and one that hides a key is not typed", () => {
  assert.equal(typedWord("/run/user/0/beach-paste-a1/paste-1.png"), "/run/user/0/beach-paste-a1/paste-1.png");
  assert.equal(typedWord("/tmp/a b"), '"/tmp/a b"');
  assert.equal(typedWord("/tmp/it's"), `"/tmp/it's"`);
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
    assert.equal(typedWord(bad), undefined);
  }
});

testWith([unixTerminal], "sh reads each typed path as the one word that it was", async () => {
  const paths = fc.sample(fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 20 }), 300)
    .filter((path) => typedWord(path) !== undefined);
  const { stdout } = await new Deno.Command("sh", {
    args: ["-c", `printf '%s\\n' ${paths.map((path) => typedWord(`/${path}`)).join(" ")}`],
  }).output();
  assert.deepEqual(
    new TextDecoder().decode(stdout).split("\n").slice(0, -1),
    paths.map((path) => `/${path}`),
  );
});

testWith(
  [program("bash")],
  "shell word: whatever a road calls itself, a shell takes it as one word and does nothing else",
  async () => {
    assert.equal(shellWord("http://[fd00::1]:8080"), '"http://[fd00::1]:8080"');
    const printable = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)).join("");
    const words = [printable, ...printable].flatMap((text) => [text, `http://x${text}y`]);
    const script = `printf '%s\\n' ${words.map(shellWord).join(" ")}`;
    const { stdout } = await new Deno.Command("bash", { args: ["-c", script] }).output();
    assert.deepEqual(new TextDecoder().decode(stdout).split("\n").slice(0, -1), words);
  },
);
