import assert from "node:assert/strict";
import { ForwardPanel } from "../../../cli/join/forward_panel.ts";
import { Forwards } from "../../../cli/join/forwards.ts";
import { InputReader } from "../../../session/vt/terminal_input.ts";

function open(offered: number[] = []) {
  const forwards = new Forwards(() => assert.fail(), () => {});
  let changes = 0;
  const panel = new ForwardPanel(
    forwards,
    () => offered.filter((port) => !forwards.leadsTo(port)),
    () => changes++,
  );
  const reader = new InputReader();
  return {
    panel,
    forwards,
    /** False if it leaves. */
    typed: (text: string) =>
      reader.read(new TextEncoder().encode(text), 0).concat(reader.flush()).every((input) =>
        panel.typed(input)
      ),
    rows: () => Array.from({ length: 20 }, (_, i) => panel.row(i)?.[0] ?? "").filter((row) => row !== ""),
    changes: () => changes,
    [Symbol.asyncDispose]: () => forwards[Symbol.asyncDispose](),
  };
}

/** A port that nothing has now. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

Deno.test("forwards: + adds what is typed, faults are said, number ends one, Esc leaves", async () => {
  await using it = open();
  assert.deepEqual(it.rows(), ["  Forwards", "      none"]);
  assert.match(it.panel.words, /\+ adds, number ends one, Esc goes back/);
  const port = freePort();
  assert.equal(it.typed(`+${port}:db.internal:54322\x7f`), true);
  assert.match(it.panel.words, new RegExp(`^\\+ ${port}:db.internal:5432_`));
  assert.equal(it.typed("\r"), true);
  assert.match(it.rows()[1]!, new RegExp(`^   1  127.0.0.1:${port} → db.internal:5432$`));
  assert.equal(it.rows()[2], "      0 open");
  it.typed(`+${port}:localhost:1\r`);
  assert.match(it.panel.words, /the port is in use/);
  it.typed("+nonsense\r");
  assert.match(it.panel.words, /Wanted \[BIND:\]PORT:HOST:PORT/);
  it.typed("9\r");
  assert.equal(it.panel.words, "There is no forward 9");
  assert.equal(it.typed("1\x1b"), true, "Esc gives the number up");
  assert.equal(it.forwards.lines.length, 1);
  assert.equal(it.typed("1\r"), true);
  assert.deepEqual(it.rows(), ["  Forwards", "      none"]);
  assert.equal(it.typed("\x1b"), false);
});

Deno.test("forwards: Enter brings what is over there, to another port where that one is in use", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const free = freePort();
  await using it = open([taken.addr.port, free]);
  assert.deepEqual(it.rows().slice(2), [
    `      localhost:${taken.addr.port} is over there`,
    `      localhost:${free} is over there: Enter brings it here`,
  ]);
  it.typed("\r");
  it.typed("\r");
  it.typed("\r");
  const [, one, , two, , ...none] = it.rows();
  assert.deepEqual(none, []);
  assert.match(one!, new RegExp(`127.0.0.1:${free} → localhost:${free}$`));
  assert.match(two!, new RegExp(`127.0.0.1:\\d+ → localhost:${taken.addr.port}$`));
});

Deno.test("forwards: what is pasted is a line's alone", async () => {
  await using it = open();
  assert.equal(it.typed("\x1b[200~1:a:1\x1b[201~"), true);
  assert.deepEqual(it.rows(), ["  Forwards", "      none"]);
  const port = freePort();
  it.typed(`+\x1b[200~${port}\x1b[201~\r`);
  assert.match(it.rows()[1]!, new RegExp(`127.0.0.1:${port} → localhost:${port}$`));
});

Deno.test("forwards: the list is drawn anew when it became another by itself, and not more often", async () => {
  const offered: number[] = [];
  await using it = open(offered);
  it.panel.stale(0);
  assert.equal(it.panel.stale(1000), false, "nothing changed");
  offered.push(5173);
  assert.equal(it.panel.stale(1100), false, "a moment later");
  assert.equal(it.panel.stale(1300), true);
  assert.equal(it.panel.stale(1600), false);
});
