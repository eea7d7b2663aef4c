import assert from "node:assert/strict";
import { Scroll } from "../../cli/scroll.ts";
import { newScreen } from "../../cli/new_screen.ts";
import { HistoryStore } from "../../session/history_store.ts";

const bytes = (s: string) => new TextEncoder().encode(s);

Deno.test("looking back: several keys in one read are several keys; one that moves nothing leaves", () => {
  const screen = newScreen(20, 5, 1000);
  screen.write(bytes(Array.from({ length: 100 }, (_, i) => `row ${i}\r\n`).join("")));
  const scroll = new Scroll(new HistoryStore(), screen, 5);
  const { top } = scroll;
  assert.equal(scroll.typed(bytes("\x1b[5~\x1b[5~")), true);
  assert.equal(scroll.top, top - 8);
  assert.equal(scroll.typed(bytes("kk\x1b[Aj")), true);
  assert.equal(scroll.top, top - 10);
  assert.equal(scroll.row(scroll.top)?.[0], `row ${top - 10}`);
  assert.equal(scroll.typed(bytes("kx")), false);
  assert.equal(scroll.typed(bytes("G")), false, "the end is the live screen");
});
