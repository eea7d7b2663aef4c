import assert from "node:assert/strict";
import { deadline, DeadlineError, until } from "./deadline.ts";
import { Listeners } from "./listeners.ts";
import { linux, testWith } from "./needs.ts";
import { isAlive } from "./process_tree.ts";
import { Spawned } from "./spawned.ts";
import { TempDir } from "./temp_dir.ts";
import { TerminalDriver } from "./terminal_driver.ts";

Deno.test("deadline names what never came", async () => {
  await assert.rejects(
    deadline(new Promise(() => {}), 10, "the moon", () => "seen: clouds"),
    (error: Error) =>
      error instanceof DeadlineError && /10 ms for the moon\nseen: clouds/.test(error.message),
  );
  assert.equal(await deadline(Promise.resolve(3), 10, "three"), 3);
});

Deno.test("until looks at each change and stops listening", async () => {
  const source = new Listeners();
  let value = 0;
  let looks = 0;
  const wait = until(() => (looks++, value === 2 && "two"), source.subscribe, 1000, "two");
  for (value = 1; value <= 2; value++) source.notify();
  assert.equal(await wait, "two");
  source.notify();
  assert.equal(looks, 3);
});

Deno.test("a temp folder tells what was left in it", async () => {
  await using dir = await TempDir.create();
  await dir.assertEmptyTmp();
  await Deno.writeTextFile(`${dir.tmp}/x.node`, "");
  await assert.rejects(dir.assertEmptyTmp(), /left in the temp folder: x\.node/);
  await dir.assertEmptyTmp(/\.node$/);
});

testWith([linux], "a spawned command: output, input, exit status, strays", async () => {
  await using shell = Spawned.start(["bash", "-c", "sleep 60 & echo started; read x; echo got $x; exit 3"]);
  await shell.waitForOutput(/started/, 5000);
  shell.noteFamily();
  await shell.write("hello\n");
  assert.deepEqual(await shell.waitForExit(5000), { code: 3, signal: null });
  assert.equal(shell.stdout, "started\ngot hello\n");
  const [stray, ...more] = shell.strays();
  assert.equal(stray?.name, "sleep");
  assert.equal(more.length, 0);
  await assert.rejects(shell.waitForOutput(/never/, 5000), /ended .* before \/never\//);
  await shell[Symbol.asyncDispose]();
  assert.ok(!isAlive(stray));
});

testWith([linux], "a terminal: type, colours, wide characters, resize, answers, exit", async () => {
  await using term = TerminalDriver.start(["bash", "--norc"], { cols: 40, rows: 10, env: { PS1: "> " } });
  await term.waitForText(/^> $|^>$/m, 5000);
  term.type("printf '\\033[1;31mred\\033[m \\344\\275\\240|\\n'\r");
  await term.waitForText(/^red 你\|$/m, 5000);
  const row = term.cells().find((cells) => cells[0]?.text === "r" && cells[0].attributes === "b");
  assert.equal(row?.[0]?.foreground, "palette:1");
  assert.equal(row?.[4]?.width, 2);
  term.resize(60, 12);
  term.type("stty size\r");
  await term.waitForText(/^12 60$/m, 5000);
  // The emulator answers a cursor report; the shell reads it as typed input.
  term.type(
    "stty -echo; printf '\\033[6n'; IFS= read -rdR pos; stty echo; echo \"${pos#*[}\" | tr ';' 'x'\r",
  );
  await term.waitForText(/^\d+x\d+$/m, 5000);
  term.type("exit 7\r");
  assert.equal((await term.waitForExit(5000)).code, 7);
  assert.deepEqual(term.family(), []);
});

testWith([linux], "a terminal ends what it started when it is disposed", async () => {
  const term = TerminalDriver.start([
    "bash",
    "--norc",
    "-c",
    "trap '' HUP TERM; sleep 60 & echo ready; wait",
  ]);
  await term.waitForText(/ready/, 5000);
  const family = term.family();
  assert.equal(family.length, 1);
  await term[Symbol.asyncDispose]();
  assert.ok(family.every((ref) => !isAlive(ref)));
});
