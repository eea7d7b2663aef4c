import assert from "node:assert/strict";
import { commandAlone, notReached, readFailures } from "../../scripts/runner/failures.ts";

const HERE = "file:///project/";
const LOUD = [
  "running 3 tests from ./tests/a_test.ts",
  "fine ... ok (1ms)",
  "it's bad ...",
  "------- output -------",
  "running 1 test from ./tests/other_test.ts",
  "not a test ... FAILED (1ms)",
  "----- output end -----",
  "it's bad ... FAILED (2ms)",
  "in steps ...",
  "  the first ... FAILED (1ms)",
  "in steps ... FAILED (due to 1 failed step) (2ms)",
];

Deno.test("failures: by the file that was run, not the one that made the test, and nothing that a test prints", () => {
  const end = ["", " ERRORS ", "", "running 1 test from ./tests/x_test.ts", "no ... FAILED (1ms)"];
  assert.deepEqual(readFailures([...LOUD, ...end].join("\n"), HERE), [
    { file: "tests/a_test.ts", test: "it's bad" },
    { file: "tests/a_test.ts", test: "in steps" },
  ]);
  const uncaught =
    "running 2 tests from ./tests/b_test.ts\nlater ...\nUncaught error from ./tests/b_test.ts FAILED\n" +
    "later ... cancelled (0ms)\nUncaught error from ./tests/c_test.ts FAILED\n\n ERRORS \n";
  assert.deepEqual(readFailures(uncaught, HERE), [{ file: "tests/b_test.ts" }, { file: "tests/c_test.ts" }]);
  const example =
    "running 1 test from ./frames/a.ts#2-5.ts\nfile:///project/frames/a.ts#2-5.ts ... FAILED (1ms)\n\n ERRORS \n";
  assert.deepEqual(readFailures(example, HERE), [{ file: "frames/a.ts" }]);
});

Deno.test("failures: of a run that was cut off, the test that it was in; else the file; else nothing", () => {
  const cut =
    "running 2 tests from ./tests/d_test.ts\nfine ... ok (1ms)\nhangs ...\n------- output -------\nhm\n";
  assert.deepEqual(readFailures(cut, HERE), [{ file: "tests/d_test.ts", test: "hangs" }]);
  assert.deepEqual(readFailures("running 0 tests from ./tests/d_test.ts\n", HERE), [{
    file: "tests/d_test.ts",
  }]);
  const unloaded =
    `error: Module not found "file:///project/no.ts".\n    at file:///project/tests/e%20e_test.ts:1:8\n`;
  assert.deepEqual(readFailures(unloaded, HERE), [{ file: "tests/e e_test.ts" }]);
  assert.deepEqual(
    readFailures("running 1 test from ./a_test.ts\nx ... ok (1ms)\n\nok | 1 passed", HERE),
    [],
  );
  assert.deepEqual(readFailures("tree: 1 to mend", HERE), []);
  const all = ["tests/c_test.ts", "tests/d_test.ts", "tests/e e_test.ts", "tests/f_test.ts"];
  assert.deepEqual(notReached(cut, HERE, all), [all[0], all[2], all[3]]);
  assert.deepEqual(notReached(unloaded, HERE, all), [all[0], all[1], all[3]]);
  assert.deepEqual(notReached(`${cut}----- output end -----\n\nok | 1 passed`, HERE, all), []);
  assert.deepEqual(notReached("a crash", HERE, all), []);
});

Deno.test("failures: the command that runs one alone, for a shell", () => {
  const args = ["test", "-A", "--no-check", "tests/a_test.ts", "tests/b_test.ts"];
  assert.equal(
    commandAlone("deno", args, { file: "tests/a_test.ts", test: "it's bad" }),
    `deno test -A --no-check tests/a_test.ts --filter 'it'\\''s bad'`,
  );
  assert.equal(
    commandAlone("npx -y deno@2.9.6", ["test", "-A", "--doc", "a.ts"], { file: "a.ts" }),
    "npx -y deno@2.9.6 test -A --doc a.ts",
  );
  assert.equal(commandAlone("deno", ["fmt", "--check"]), "deno fmt --check");
});
