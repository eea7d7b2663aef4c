/** Processes that sent media end by themselves, with status 0, every time. */

import assert from "node:assert/strict";
import { Spawned } from "../../support/spawned.ts";

const CHILD = new URL("./lifetime_child.ts", import.meta.url).pathname;
/** Ten connections take two seconds; a process that does not end by itself is what this would find. */
const DEADLINE = 60_000;
/** Each opens and closes ten connections: a hundred in all, twice each way. */
const WAYS = ["host first", "viewer first", "factory", "dialling", "gc"];

Deno.test("a hundred media connections open and close in each order, while pictures flow, and their processes end in order", async () => {
  for (const way of [...WAYS, ...WAYS]) {
    await using child = Spawned.start([
      ...[Deno.execPath(), "run", "-A", "--no-check", "--quiet", "--v8-flags=--expose-gc"],
      ...[CHILD, way],
    ]);
    const status = await child.waitForExit(DEADLINE);
    assert.deepEqual(status, { code: 0, signal: null }, `${way}: ${child.stdout}${child.stderr}`);
    assert.equal(child.stdout, "done\n", `${way} did all that it had to`);
    assert.equal(child.stderr, "", "and the native library printed nothing");
  }
});
