import assert from "node:assert/strict";
import { CheckProcess } from "../../scripts/runner/check_process.ts";
import { ROOT } from "../../scripts/files.ts";
import { Spawned } from "../support/spawned.ts";
import { TempDir } from "../support/temp_dir.ts";
import { deadline, poll } from "../support/deadline.ts";
import { descendants, isAlive, readProcess } from "../support/process_tree.ts";
import { linux, testWith } from "../support/needs.ts";

/** A check that starts two programs, one of which minds no SIGTERM, says their ids and never ends. */
const HANGS = `const started = ["sleep 300", "trap '' TERM; while :; do sleep 300; done"].map((words) =>
  new Deno.Command("sh", { args: ["-c", words], stdin: "null", stdout: "inherit" }).spawn());
console.log(...started.map(({ pid }) => pid));
await new Promise((resolve) => setTimeout(resolve, 300_000));`;

testWith(
  [linux],
  "a check that takes too long is ended with all that it started, however stubborn",
  async () => {
    let late = 0;
    const check = new CheckProcess(["eval", HANGS], ROOT, 3000, () => late++);
    const shown = new Response(check.stderr).text();
    const reader = check.stdout.getReader();
    const { value } = await deadline(reader.read(), 3000, "the ids");
    const started = new TextDecoder().decode(value).trim().split(" ").map((pid) => readProcess(Number(pid))!);
    const all = started.flatMap((ref) => [ref, ...descendants(ref.pid)]);
    assert.ok(all.every(isAlive) && all.length >= 2);
    assert.equal(await deadline(check.succeeded, 10_000, "its end"), false);
    assert.equal(late, 1);
    await poll(() => !all.some(isAlive), 5000, "the end of what it started");
    // Nothing holds its output open.
    await deadline(Promise.all([reader.cancel(), shown]), 1000, "the end of its output");
  },
);

testWith([linux], "who stops the runner stops what runs below it", async () => {
  await using dir = await TempDir.create();
  const path = `${dir.path}/runner.ts`;
  const module = JSON.stringify(`${ROOT}scripts/runner/check_process.ts`);
  await Deno.writeTextFile(
    path,
    `import { CheckProcess, endWithRunner } from ${module};
endWithRunner();
const check = new CheckProcess(["eval", ${JSON.stringify(HANGS)}], ${
      JSON.stringify(ROOT)
    }, 300_000, () => {});
void check.stderr.pipeTo(Deno.stderr.writable);
await check.stdout.pipeTo(Deno.stdout.writable);`,
  );
  await using runner = Spawned.start([Deno.execPath(), "run", "-A", path]);
  await runner.waitForOutput(/^\d+ \d+$/m, 10_000);
  const all = descendants(runner.pid);
  assert.ok(all.length >= 3);
  runner.kill("SIGINT");
  assert.equal((await runner.waitForExit(5000)).signal, "SIGINT");
  await poll(() => !all.some(isAlive), 1000, "the end of what it started");
});
