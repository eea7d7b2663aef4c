import assert from "node:assert/strict";
import type xterm from "@xterm/headless";
import type { Screen } from "../../../session/screen/screen.ts";
import { makeScreen } from "../vt_state.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const link = (uri: string, text: string, id = "") =>
  `\x1b]8;${id && `id=${id}`};${uri}\x1b\\${text}\x1b]8;;\x1b\\`;
const text = (screen: Screen, row: number) => screen.lines(row, row + 1).rows[0]![0];
/** The numbers of the links on the first row of the screen, by column. */
const numbers = (screen: Screen) => {
  const { lines, ybase } = screen.emulator._bufferService.buffers.normal;
  return Array.from({ length: screen.cols }, (_, x) => lines.get(ybase)!._extendedAttrs[x]?.urlId ?? 0);
};

Deno.test("links cost nothing as their rows scroll on: no marker watches them, and all rows have theirs", () => {
  const screen = makeScreen(20, 4, 100);
  for (let n = 0; n < 1000; n++) {
    screen.write(encode(`${link(`http://a/${n}`, "one")} ${link(`http://b/${n}`, "two", "x")}\r\n`));
  }
  assert.equal((screen.terminal as xterm.Terminal).markers.length, 0);
  assert.equal(screen.history.first, 1001 - 104);
  for (let row = screen.history.first; row < 1000; row++) {
    const words = text(screen, row);
    assert.ok(words.includes(`\x1b]8;;http://a/${row}\x1b\\\x1b[mone`), words);
    assert.ok(words.includes(`\x1b]8;id=x;http://b/${row}\x1b\\\x1b[mtwo`), words);
  }
  const copy = makeScreen(20, 4, 100);
  copy.load(screen.snapshot());
  assert.equal(copy.lines(998, 999).rows[0]![0], text(screen, 998));
});

Deno.test("a link that is still open when the row it began on is gone goes on", () => {
  const screen = makeScreen(20, 4, 10);
  screen.write(encode("\x1b]8;;http://a\x1b\\" + "on and on\r\n".repeat(100) + "end"));
  assert.equal(text(screen, 100), "\x1b]8;;http://a\x1b\\\x1b[mend\x1b]8;;\x1b\\\x1b[m");
});

Deno.test("equal links are one, and others are not", () => {
  const screen = makeScreen(20, 4, 10);
  const all = [link("u", "a"), link("u", "b"), link("u", "c", "i"), link("u", "d", "i"), link("u", "e", "j")];
  screen.write(encode(all.join("")));
  const [a, b, c, d, e, none] = numbers(screen);
  assert.deepEqual([a === b, c === d, new Set([a, c, e]).size, none], [true, true, 3, 0]);
});

Deno.test("memory for links is bounded: the oldest are forgotten, one opened again is new", () => {
  const screen = makeScreen(20, 4, 10);
  const uri = (n: number) => `http://a/${n}/`.padEnd(2000, "x");
  screen.write(encode(link(uri(0), "first") + "\x1b[2;1H" + link(uri(1), "second")));
  for (let n = 2; n < 9000; n++) {
    screen.write(encode(`\x1b[4;1H${n % 100 ? "" : link(uri(0), "z")}${link(uri(n), "x")}`));
  }
  assert.equal(text(screen, 0), `\x1b]8;;${uri(0)}\x1b\\\x1b[mfirst\x1b]8;;\x1b\\\x1b[m`);
  assert.equal(text(screen, 1), "\x1b]8;;\x1b\\\x1b[msecond\x1b]8;;\x1b\\\x1b[m");
  assert.equal(text(screen, 3).includes(uri(8999)), true);
});

Deno.test("text of a link longer than 2083 characters is text, also where another link was open", () => {
  const screen = makeScreen(20, 4, 10);
  screen.write(encode("\x1b]8;;http://a\x1b\\a" + link("u".repeat(2084), "b") + link("u".repeat(2083), "c")));
  const [a, b, c] = numbers(screen);
  assert.ok(a !== 0 && b === 0 && c !== 0);
  screen.write(encode("\x1b[H" + link("u", "d", "i".repeat(251))));
  assert.deepEqual(screen.shadow.link(numbers(screen)[0]!), { uri: "u" });
});
