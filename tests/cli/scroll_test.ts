import assert from "node:assert/strict";
import { Scroll } from "../../cli/scroll.ts";
import { newScreen } from "../../cli/new_screen.ts";
import { InputReader } from "../../session/terminal_input.ts";
import { HistoryStore } from "../../session/history_store.ts";

/** Takes what a terminal sends; false if any of it asks to leave. */
const typed = (scroll: Scroll, text: string) =>
  new InputReader().read(bytes(text), 0).every((input) => scroll.typed(input));
const bytes = (s: string) => new TextEncoder().encode(s);

Deno.test("looking back: several keys in one read are several keys; one that moves nothing leaves", () => {
  const screen = newScreen(20, 5, 1000);
  screen.write(bytes(Array.from({ length: 100 }, (_, i) => `row ${i}\r\n`).join("")));
  const scroll = new Scroll(new HistoryStore(), screen, 5);
  const { top } = scroll;
  assert.equal(typed(scroll, "\x1b[5~\x1b[5~"), true);
  assert.equal(scroll.top, top - 8);
  assert.equal(typed(scroll, "kk\x1b[Aj"), true);
  assert.equal(scroll.top, top - 10);
  assert.equal(scroll.row(scroll.top)?.[0], `row ${top - 10}`);
  assert.equal(typed(scroll, "kx"), false);
  assert.equal(typed(scroll, "G"), false, "the end is the live screen");
});

Deno.test("looking back: what nobody typed leaves the place alone, and the wheel moves it by lines", () => {
  const screen = newScreen(20, 5, 1000);
  screen.write(bytes(Array.from({ length: 100 }, (_, i) => `row ${i}\r\n`).join("")));
  const scroll = new Scroll(new HistoryStore(), screen, 5);
  const { top } = scroll;
  const nobody: readonly [what: string, input: string][] = [
    ["focus", "\x1b[I\x1b[O"],
    ["the mouse", "\x1b[<35;3;4M\x1b[<0;3;4M\x1b[<0;3;4m\x1b[M #$\x1b[35;3;4M"],
    ["keys let go", "\x1b[5;1:3~\x1b[97;1:3u\x1b[1;1:3A"],
    ["modifiers alone", "\x1b[57441;2u\x1b[57442;5:1u\x1b[57358;65u"],
    ["the terminal's size and colours", "\x1b[48;24;80;480;800t\x1b[?997;1n"],
    ["answers", "\x1b[?62;22c\x1b[24;80R\x1b]11;rgb:ffff/ffff/ffff\x1b\\\x1bP>|xterm(390)\x1b\\"],
  ];
  for (const [what, input] of nobody) {
    assert.equal(typed(scroll, input), true, what);
    assert.equal(scroll.top, top, what);
  }
  assert.equal(typed(scroll, "\x1b[<64;3;4M"), true);
  assert.equal(scroll.top, top - 3);
  // As terminals without SGR reports send it, and urxvt.
  assert.equal(typed(scroll, "\x1b[M`#$\x1b[96;3;4M"), true);
  assert.equal(scroll.top, top - 9);
  assert.equal(typed(scroll, "\x1b[<65;3;4M\x1b[<69;3;4M"), true);
  assert.equal(scroll.top, top - 3);
  assert.equal(typed(scroll, "\x1b[5;1:1~\x1b[1;1:2A\x1b[107u"), true, "kitty's forms of PageUp, Up and k");
  assert.equal(scroll.top, top - 9);
  assert.equal(typed(scroll, "\x1b[<65;3;4M".repeat(9)), false, "down to the live screen");
});
