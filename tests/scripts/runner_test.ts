import assert from "node:assert/strict";
import { checks, inGroups } from "../../scripts/runner/checks.ts";
import { listFiles, ROOT } from "../../scripts/files.ts";
import { closingLine, readOutcome as readOutcomeIn, sum } from "../../scripts/runner/outcome.ts";
import { Spawned } from "../support/spawned.ts";
import { TempDir } from "../support/temp_dir.ts";

const HERE = "file:///project/";
const readOutcome = (output: string, succeeded: boolean) => readOutcomeIn(output, succeeded, HERE);

Deno.test("outcome: counts what deno test prints, and one for a check without tests", () => {
  const output =
    "skipped: vim works: needs vim on PATH\nok | 8 passed (2 steps) | 0 failed | 3 ignored (26s)\n";
  assert.deepEqual(readOutcome(output, true), {
    passed: 8,
    failed: 0,
    skipped: 3,
    missing: ["vim works: needs vim on PATH"],
    failures: [],
  });
  assert.equal(readOutcome("FAILED | 5 passed | 2 failed (2s)", false).failed, 2);
  assert.equal(readOutcome("layers: fine", true).passed, 1);
  // A runner that crashed after its summary, or before any, has failed all the same.
  assert.equal(readOutcome("ok | 8 passed | 0 failed (1s)", false).failed, 1);
  assert.equal(readOutcome("", false).failed, 1);
});

Deno.test("outcome: the closing line sums, and counts what is missing where nothing may be", () => {
  const total = sum([
    readOutcome("", true),
    readOutcome("skipped: a: b\nok | 2 passed | 0 failed | 1 ignored (1s)", true),
  ]);
  assert.equal(closingLine(total, false), "3 passed, 0 failed, 1 skipped");
  assert.equal(closingLine(total, true), "3 passed, 1 failed, 1 skipped");
});

Deno.test("checks: quick ones come first, and every test file but figures is in one", async () => {
  const all = await checks(ROOT, true);
  const names = all.map((check) => check.name);
  assert.deepEqual(names.slice(0, 3), ["tree", "layers", "unused"]);
  // The longest run beside each other.
  const last = inGroups(all).at(-1)!;
  const lanes = (beside: boolean) => last.filter((check) => (check.beside ?? false) === beside).at(-1)?.name;
  assert.deepEqual([lanes(false), lanes(true)], [
    "end-to-end tests",
    "browser tests, desktops, and long sleeps",
  ]);
  const lastOf = (run: readonly { args: readonly string[] }[]) => run.flatMap((check) => check.args);
  const inTests = lastOf(all.filter((check) => check.args[0] === "test"));
  assert.ok(inTests.includes("tests/load/soak_test.ts"));
  const listed = lastOf(all).filter((path) => /^tests\/(?!bench\/).*_test\.ts$/.test(path));
  for (const path of listed) assert.equal(inTests.filter((other) => other === path).length, 1, path);
});

Deno.test("checks: a test that loads the native library, through whatever files, has a process to itself", async () => {
  await using dir = await TempDir.create();
  const files: Record<string, string> = {
    "transport/native/node_datachannel.ts": "",
    "cli/rtc.ts": `const { x } = await import("../transport/native/node_datachannel.ts");`,
    "cli/loop.ts": `import "./rtc.ts"; import "./loop.ts";`,
    "tests/cli/a_test.ts": `import "../../cli/loop.ts";`,
    "tests/cli/b_test.ts":
      `import "../../transport/link.ts"; // "../../transport/native/node_datachannel.ts"`,
    "tests/cli/c_test.ts": `import type { Native } from "../../transport/native/node_datachannel.ts";`,
  };
  await dir.write(files);
  const runs = (await checks(dir.path, false)).filter(({ args }) => args[0] === "test");
  const tested = runs.map(({ args }) => args.filter((path) => path.startsWith("tests/"))).filter((
    { length },
  ) => length);
  assert.deepEqual(tested, [["tests/cli/b_test.ts"], ["tests/cli/a_test.ts"], ["tests/cli/c_test.ts"]]);
});

/** Runs the runner over a small project that holds one test and whatever else `files` names. */
async function runIn(
  files: Record<string, string>,
  env: Record<string, string> = {},
  flags: readonly string[] = [],
) {
  await using dir = await TempDir.create();
  const root = `${dir.path}/project`;
  const project: Record<string, string> = {
    "tests/frames/a_test.ts": `Deno.test("good", () => {});\n`,
    ...files,
  };
  for (const path of await listFiles(ROOT)) {
    if (!/^scripts\/|^deno\.(?:json|lock)$/.test(path)) continue;
    const text = await Deno.readTextFile(ROOT + path);
    // What builds the product has no place in a project without one, nor has what builds on that.
    const builds = /from "(?:(?:\.\.\/)+(?:frames|session|road)\/|\.\/build_web\.ts")/.test(text);
    if (!builds && path !== "scripts/pack_wasm.ts") project[path] = text;
  }
  await dir.write(
    Object.fromEntries(Object.entries(project).map(([path, text]) => [`project/${path}`, text])),
  );
  await using run = Spawned.start([Deno.execPath(), "run", "-A", `${root}/scripts/run_checks.ts`, ...flags], {
    env: { BEACH_REQUIRE_ALL: "0", ...env },
  });
  const { code } = await run.waitForExit(120_000);
  return { code, output: run.stdout + run.stderr, last: run.lines().at(-1) };
}

Deno.test("runner: passes, says what was left out, and fails for it where all is required", async () => {
  const left =
    `console.log("skipped: b: needs vim");\nDeno.test({ name: "b", ignore: true, fn: () => {} });\n`;
  const fine = await runIn({ "tests/frames/b_test.ts": left });
  assert.equal(fine.code, 0, fine.output);
  assert.match(fine.output, /Left out[^\n]*\n {2}b: needs vim\n/);
  assert.match(fine.last ?? "", /^\d+ passed, 0 failed, 1 skipped$/);
  const strict = await runIn({ "tests/frames/b_test.ts": left }, { BEACH_REQUIRE_ALL: "1" });
  assert.equal(strict.code, 1);
  assert.match(strict.last ?? "", /^\d+ passed, 1 failed, 1 skipped$/);
});

Deno.test("runner: goes on after a check that failed, and names each test that did, with its file and its command", async () => {
  const bad = `Deno.test("it's bad", () => {\n  throw new Error("no");\n});\n`;
  const run = await runIn(
    {
      "stranger.txt": "",
      "tests/frames/helper.ts":
        `export const make = (name: string) =>\n  Deno.test(name, () => {\n    throw new Error("no");\n  });\n`,
      "tests/frames/b_test.ts": `import { make } from "./helper.ts";\nmake("made elsewhere");\n`,
      "tests/frames/c_test.ts": bad,
      "tests/e2e/b_test.ts": bad,
    },
    { npm_command: "exec" },
    ["--all"],
  );
  assert.equal(run.code, 1);
  assert.match(run.output, /stranger\.txt: has no place at the top/);
  const deno = `npx -y deno@${Deno.version.deno}`;
  const alone = (file: string, name: string) =>
    `  ${file}: ${name}\n    ${deno} test -A --no-check ${file} --filter '${
      name.replaceAll("'", "'\\''")
    }'\n`;
  const end = run.output.slice(run.output.indexOf("Failed, each"));
  assert.ok(
    end.startsWith(
      "Failed, each with the command that runs it alone:\n" +
        `  tree\n    ${deno} run -A scripts/check_tree.ts\n` +
        alone("tests/frames/b_test.ts", "made elsewhere") +
        alone("tests/frames/c_test.ts", "it's bad") +
        alone("tests/e2e/b_test.ts", "it's bad"),
    ),
    end,
  );
  assert.match(run.last ?? "", /^\d+ passed, 4 failed, 0 skipped$/);
});

Deno.test("runner: a file that can't be loaded, one that ends the process, and what a test leaves running hide nothing", async () => {
  const run = await runIn({
    "tests/frames/b_test.ts": `import "./none.ts";\n`,
    "tests/frames/c_test.ts": `Deno.test("ends all", () => {\n  Deno.kill(Deno.pid, "SIGKILL");\n});\n`,
    "tests/frames/d_test.ts":
      `Deno.test("leaves one", () => {\n  const left = new Deno.Command("sleep", { args: ["100"] }).spawn();\n  left.unref();\n  console.log("left", left.pid);\n});\n`,
    "tests/frames/e_test.ts": `Deno.test("bad", () => {\n  throw new Error("no");\n});\n`,
  });
  assert.equal(run.code, 1);
  const end = run.output.slice(run.output.indexOf("Failed, each"));
  const named = [...end.matchAll(/^ {2}(tests\S+(?:: .*)?)$/gm)].map(([, name]) => name);
  assert.deepEqual(named, [
    // Of the types, and of the tests.
    "tests/frames/b_test.ts",
    "tests/frames/b_test.ts",
    "tests/frames/c_test.ts: ends all",
    "tests/frames/e_test.ts: bad",
  ]);
  assert.match(run.output, /leaves one \.\.\. ok/);
  // It was not waited for. Throws where it has gone.
  Deno.kill(Number(/^left (\d+)$/m.exec(run.output)![1]), "SIGKILL");
});

Deno.test("runner: tests beside each other are shown one after the other, and a failure of either counts", async () => {
  const bad = `Deno.test("of the browser", () => {
  console.log("browser begins");
  throw new Error("no");
});\n`;
  const run = await runIn(
    {
      "tests/e2e/web/a_test.ts": bad,
      "tests/e2e/b_test.ts": `Deno.test("of both ends", () => {});\n`,
    },
    {},
    ["--all"],
  );
  assert.equal(run.code, 1);
  assert.match(
    run.output,
    /── end-to-end tests\n[^─]*of both ends \.\.\. ok[^─]*── end-to-end tests: passed[^─]*── browser tests, desktops, and long sleeps\n[^─]*browser begins/,
  );
  assert.match(run.output, /\n {2}tests\/e2e\/web\/a_test\.ts: of the browser\n/);
  assert.match(run.last ?? "", /^\d+ passed, 1 failed, 0 skipped$/);
});
