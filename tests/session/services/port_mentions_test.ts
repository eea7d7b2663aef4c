import assert from "node:assert/strict";
import { PortMentions } from "../../../session/services/port_mentions.ts";

/** What is found in `pieces`, given one after the other. */
function found(...pieces: string[]): number[] {
  const mentions = new PortMentions();
  return pieces.flatMap((piece) => mentions.scan(new TextEncoder().encode(piece)));
}

Deno.test("ports: as servers of developers print them, with colours within", () => {
  assert.deepEqual(found("  ➜  Local:   \x1b[36mhttp://localhost:\x1b[1m5173\x1b[22m/\x1b[39m\r\n"), [5173]);
  assert.deepEqual(found("Serving HTTP on 0.0.0.0 port 8000 (http://0.0.0.0:8000/) ...\n"), [8000]);
  assert.deepEqual(found("listening on [::]:3000, [::1]:3001 and 127.0.0.1:3002.\n"), [3000, 3001, 3002]);
  assert.deepEqual(found("http://127.0.0.1:1455/auth?x=1 http://localhost:1455\n"), [1455]);
  assert.deepEqual(found("\x1b]8;;http://localhost:81/\x07link\x1b]8;;\x07 \n"), []);
});

Deno.test("ports: cut anywhere they are found once; a number that goes on is not its beginning", () => {
  const text = "see \x1b[1mhttp://localhost:\x1b[36m5173\x1b[0m/ now";
  for (let at = 1; at < text.length; at++) {
    assert.deepEqual(found(text.slice(0, at), text.slice(at)), [5173], `${at}`);
  }
  assert.deepEqual(found(..."http://localhost:51730 "), [51730]);
});

Deno.test("ports: what only looks like one", () => {
  for (
    const text of [
      "localhost",
      "localhost:",
      "localhost:0 ",
      "localhost:70000 ",
      "mylocalhost:80 ",
      "10.127.0.0.1:80 ",
      "127.0.0.1:80.5 ",
      "localhost:80:90 ",
      "localhost:8a ",
    ]
  ) {
    assert.deepEqual(found(text, " "), [], text);
  }
});
