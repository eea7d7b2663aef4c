import assert from "node:assert/strict";
import { permissionQuestion, question } from "../../../cli/host/approval_prompt.ts";
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

const reach = (name: string, room: number, target = "localhost:5173") =>
  permissionQuestion({ name, what: `reach ${target} from here`, short: target }, room);

Deno.test("permission: who, what and the keys show in a window of 80, and of 40", () => {
  const keys = "Ctrl-^ y/a/n: ";
  const always = "Ctrl-^ y once, a always, n no: ";
  assert.equal(
    reach("Ada", 119),
    `${keys}A viewer wants to reach localhost:5173 from here (y once, a always, n no). "Ada"`,
  );
  assert.equal(reach("Ada", 79), `${always}reach localhost:5173 from here? "Ada"`);
  assert.match(
    reach("a".repeat(64), 79),
    /^Ctrl-\^ y once, a always, n no: reach localhost:5173 from here\? "a+…"$/,
  );
  assert.equal(reach("Ada", 59), `${keys}reach localhost:5173 from here? "Ada"`);
  assert.equal(reach("Ada", 39), `${keys}localhost:5173? "Ada"`);
  assert.equal(reach("", 39), `${keys}localhost:5173? `);
});

Deno.test("permission: of a long target both ends show, a name can't be taken for the question, and nothing is too wide", () => {
  const long = `${"evil.".repeat(40)}example:443`;
  assert.match(reach("Ada", 79, long), /^Ctrl-\^ y\/a\/n: evil\.evil.*….*example:443\? "A…"$/);
  for (const name of NAMES) {
    for (const target of ["localhost:1", long, "界".repeat(99), 'x"y\u202e'.repeat(20)]) {
      for (let room = 14; room < 200; room++) {
        const line = reach(name, room, target);
        assert.ok(width(line) <= room, `${room}: ${line}`);
        assert.ok(line.startsWith("Ctrl-^ y"), line);
      }
    }
  }
});
