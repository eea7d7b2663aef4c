import assert from "node:assert/strict";
import type xterm from "@xterm/headless";
import { NO_COLOURS } from "../../../session/vt/colours.ts";
import { answerQueries } from "../../../session/screen/query_replies.ts";
import { describe, makeScreen } from "../vt_state.ts";

const encode = (text: string) => new TextEncoder().encode(text);

/** What programs are told that are shown `text` on a screen of 20 x 12. */
function answers(text: string): string {
  const screen = makeScreen(20, 12);
  let out = "";
  answerQueries(screen, () => NO_COLOURS, (bytes) => out += new TextDecoder().decode(bytes));
  screen.write(encode(text));
  return out.replaceAll("\x1b", "^");
}

Deno.test("reports of the cursor count from the top margin in origin mode, and never beyond the last column", () => {
  assert.equal(answers("\x1b[3;8r\x1b[?6h\x1b[2;5H\x1b[6n\x1b[?6n"), "^[2;5R^[?2;5R");
  assert.equal(answers("\x1b[3;8r\x1b[4;5H\x1b[6n"), "^[4;5R");
  assert.equal(answers("12345678901234567890\x1b[6n"), "^[1;20R");
  assert.equal(answers("\x1b[5n"), "^[0n");
});

Deno.test("relative positions and columns in origin mode add no margin", () => {
  for (
    const [text, row, column] of [["\x1b[2eA", 6, 6], ["\x1b[3aA", 4, 9], ["\x1b[9GA", 4, 10], [
      "\x1b[3`A",
      4,
      4,
    ]] as const
  ) {
    const screen = makeScreen(20, 12);
    screen.write(encode(`\x1b[3;8r\x1b[?6h\x1b[2;5H${text}`));
    const { cursorX, cursorY } = (screen.terminal as xterm.Terminal).buffer.active;
    assert.deepEqual([cursorY + 1, cursorX + 1], [row, column], JSON.stringify(text));
  }
});

Deno.test("a snapshot holds the origin mode of both saved cursors, inside and outside of the margins", () => {
  const saved = "\x1b[3;9r\x1b[?6h\x1b[2;4H\x1b[31m\x1b7\x1b[?6l";
  const texts = [
    saved,
    `${saved}\x1b[5;6r`,
    `${saved}\x1b[?1049h`,
    `\x1b[?47h${saved}\x1b[?47l`,
    `\x1b[?47h${saved}\x1b[5;6r`,
    `${saved}\x1b[5;6r\x1b[?47h\x1b[2;7r\x1b[?6h\x1b7`,
    `\x1b[?6h${saved}\x1b[!p`,
  ];
  const rest = "\x1b8x\x1b[Bx\x1b[?47lx\x1b8y\x1b[By\x1b[?47hz\x1b8z";
  for (const text of texts) {
    const bytes = encode(text + rest);
    const host = makeScreen(20, 12);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const copy = makeScreen(7, 3);
      copy.write(encode("\x1b[?6h\x1b7"));
      copy.load(host.snapshot());
      assert.equal(describe(copy), describe(host), `${JSON.stringify(text)} at ${cut}`);
      copy.write(bytes.subarray(cut));
      const whole = makeScreen(20, 12);
      whole.write(bytes);
      assert.equal(describe(copy), describe(whole), `${JSON.stringify(text)}, the rest from ${cut}`);
      host.write(bytes.subarray(cut, cut + 1));
    }
  }
});
