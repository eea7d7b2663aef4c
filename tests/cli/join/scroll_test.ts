import assert from "node:assert/strict";
import { Scroll } from "../../../cli/join/scroll.ts";
import { newScreen } from "../../../cli/emulator/new_screen.ts";
import { InputReader } from "../../../session/vt/terminal_input.ts";
import { HistoryStore } from "../../../session/viewer/history_store.ts";

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

Deno.test("looking back: / finds text, n and N go on, Esc gives up typing", () => {
  const screen = newScreen(20, 5, 1000);
  const lines = Array.from({ length: 100 }, (_, i) => i % 30 === 7 ? `\x1b[31mEr\x1b[mror ${i}` : `row ${i}`);
  screen.write(bytes(lines.join("\r\n")));
  const scroll = new Scroll(new HistoryStore(), screen, 5);
  const found = () => {
    assert.ok(scroll.words.length < 80, "80 columns show the line whole");
    const rows = Array.from({ length: 5 }, (_, y) => scroll.row(scroll.top + y)?.[0] ?? "");
    return rows.find((row) => row.includes("\x1b[7m"));
  };
  assert.ok(scroll.words.length < 80, "80 columns show the line whole");
  assert.equal(typed(scroll, "/er"), true);
  assert.equal(scroll.words, "/er");
  assert.equal(typed(scroll, "xx\x7f\x7fror\r"), true);
  assert.ok(found()!.includes("\x1b[7mEr\x1b[27m\x1b[m\x1b[7mror\x1b[27m 67"));
  assert.equal(typed(scroll, "nn"), true);
  assert.match(found()!, / 7$/);
  assert.equal(typed(scroll, "n"), true);
  assert.match(scroll.words, /no more of "error"/);
  assert.equal(typed(scroll, "N"), true);
  assert.match(found()!, / 37$/);
  // The newest is on the live screen, which is seen without leaving.
  assert.equal(typed(scroll, "NN"), true);
  assert.match(found()!, / 97$/);
  assert.equal(typed(scroll, "/gone"), true);
  assert.equal(typed(scroll, "\x1b"), true);
  assert.doesNotMatch(scroll.words, /^\//);
  assert.equal(typed(scroll, "/Error 7\r"), true, "with a capital: as it is written");
  assert.ok(found()!.endsWith(" 7\x1b[27m"));
  assert.equal(typed(scroll, "/ERROR\r"), true);
  assert.match(scroll.words, /no more of "ERROR"/);
  assert.equal(typed(scroll, "/\x1b[200~row 50\x1b[201~\r"), true);
  assert.match(found()!, /row 50/);
  assert.equal(typed(scroll, "\x1b"), false);
});

Deno.test("looking back: what goes on in the next row is found by its begin", () => {
  const screen = newScreen(10, 3, 1000);
  screen.write(bytes("one\r\n0123456789abcdef\r\ntwo\r\nthree\r\nfour\r\nfive"));
  const scroll = new Scroll(new HistoryStore(), screen, 3);
  assert.equal(typed(scroll, "/89abc\r"), true);
  assert.equal(scroll.row(1)?.[0], "01234567\x1b[7m89\x1b[27m");
});

Deno.test("looking back: a search goes on in the rows that come from the host later", () => {
  const screen = newScreen(20, 5, 1000);
  screen.write(bytes(Array.from({ length: 10 }, (_, i) => `row ${i}\r\n`).join("")));
  const store = new HistoryStore();
  const snapshot = { ...screen.snapshot(), version: 0, era: 1, line: 500 };
  screen.load(snapshot);
  store.reached(1, 500);
  const scroll = new Scroll(store, screen, 5);
  assert.equal(typed(scroll, "/old\r"), true);
  assert.match(scroll.words, /looking for "old"/);
  const rows = Array.from({ length: 500 }, (_, i) => [i === 300 ? "old one" : "row", false] as const);
  store.add({ era: 1, first: 0, end: 500, from: 0, rows });
  scroll.came();
  assert.match(scroll.words, /found "old"/);
  assert.match(scroll.row(300)![0], /\[7mold/);
});
