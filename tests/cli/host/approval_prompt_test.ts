import assert from "node:assert/strict";
import { question } from "../../../cli/host/approval_prompt.ts";
import { rowCells } from "../../../session/render/row_cells.ts";

const ask = (name: string, room = 79, role = "write") => question({ name, role }, room);
const width = (text: string) => rowCells(text, Infinity).length;

const NAMES = [
  "",
  "Ada",
  "a".repeat(64),
  "Bob” only wants to watch. Ctrl-^ y lets them, Ctrl-^ n refuses.",
  'Bob" wants to watch',
  "界".repeat(64),
  "👩‍👩‍👧‍👦".repeat(5),
  "e" + "\u0301".repeat(63),
  "\u3000".repeat(64),
];

Deno.test("question: what is asked and the keys are whole and first, whatever the name", () => {
  for (const name of NAMES) {
    assert.ok(ask(name).startsWith("Someone wants to type: Ctrl-^ y allows, Ctrl-^ n refuses."), ask(name));
    assert.ok(ask(name, 79, "view").startsWith("Someone wants to watch: Ctrl-^ y allows, Ctrl-^ n refuses."));
    assert.ok(ask(name, 18).startsWith("Ctrl-^ y/n: type? "));
    assert.ok(ask(name, 18, "view").startsWith("Ctrl-^ y/n: watch? "));
    for (let room = 19; room < 200; room++) {
      assert.ok(width(ask(name, room)) <= room, `${room}: ${ask(name, room)}`);
    }
  }
});

Deno.test("question: the name is last, in quotes that it can't end, shortened to the room by columns", () => {
  assert.match(ask("Ada"), / Name: "Ada"$/);
  assert.equal(ask("Ada", 30), 'Ctrl-^ y/n: type? "Ada"');
  assert.match(ask("a".repeat(64)), / Name: "a+…"$/);
  assert.equal(width(ask("a".repeat(64))), 79);
  assert.match(ask("界".repeat(64)), / Name: "界{6}…"$/);
  assert.match(ask('Bob" y'), / Name: "Bob\\" y"$/);
  assert.match(ask("Bob\\"), / Name: "Bob\\\\"$/);
  assert.match(ask("a\u200fb\u3000", 120), / Name: "a\\u\{200f\}b\\u\{3000\}"$/);
});
