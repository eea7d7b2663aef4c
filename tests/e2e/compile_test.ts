import assert from "node:assert/strict";
import { findEmbedded } from "../../scripts/embedded.ts";
import { ROOT } from "../../scripts/files.ts";
import { compiler, compileTo } from "../support/executable.ts";
import { linux, testWith } from "../support/needs.ts";
import { Spawned } from "../support/spawned.ts";
import { TempDir } from "../support/temp_dir.ts";

/** Runs a compiled program on a machine that has nothing: no Deno cache, no home, an empty temp folder. */
async function runBare(path: string, argument: string, dir: TempDir): Promise<string> {
  await using run = Spawned.start([path, argument], {
    clearEnv: true,
    env: { ...dir.env, HOME: "/nonexistent" },
  });
  const { code } = await run.waitForExit(20_000);
  assert.equal(code, 0, run.tail());
  return run.stdout.trim();
}

testWith(
  [linux, compiler],
  "an executable holds its workers, files, native addons and packages, and leaves one reused file",
  async () => {
    await using dir = await TempDir.create();
    const { path } = await compileTo(dir, "tests/e2e/sample/main.ts");
    const { version } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
    const expected = {
      "--version": version,
      worker: "parsed in a worker",
      file: "read from a file",
      metrics: "text/plain; version=0.0.4; charset=utf-8",
      rtc: "offer",
    };
    for (const [argument, text] of Object.entries(expected)) {
      assert.equal(
        await runBare(path, argument, dir),
        text,
      );
    }
    const addon = await dir.leftovers();
    assert.ok(addon.length === 1 && /\.node$/.test(addon[0]!), `left: ${addon.join(", ")}`);
    // The file is used again, and not if someone has changed it.
    const planted = `${dir.tmp}/${addon[0]}`;
    await Deno.writeTextFile(planted, "not an addon");
    assert.equal(await runBare(path, "rtc", dir), "offer");
    assert.deepEqual(await dir.leftovers(), addon);
  },
);

testWith(
  [linux, compiler],
  "beach --version from the executable: nothing left in the temp folder",
  async () => {
    await using dir = await TempDir.create();
    const { path } = await compileTo(dir);
    const text = await runBare(path, "--version", dir);
    assert.match(text, /\b\d+\.\d+\.\d+\b/);
    await dir.assertEmptyTmp();
  },
);

Deno.test("embedded files have to stand beside who names them", async () => {
  const found = await findEmbedded(ROOT, "tests/e2e/sample/main.ts");
  assert.deepEqual(found, {
    workers: ["tests/e2e/sample/sample_worker.ts"],
    files: ["tests/e2e/sample/sample.txt"],
  });
  await using dir = await TempDir.create();
  await Deno.mkdir(`${dir.path}/cli`);
  await Deno.writeTextFile(`${dir.path}/main.ts`, `import "./cli/a.ts";\n`);
  await Deno.writeTextFile(`${dir.path}/cli/a.ts`, `new Worker(new URL("../b.ts", import.meta.url));\n`);
  await assert.rejects(findEmbedded(dir.path, "main.ts"), /cli\/a\.ts:1: names \.\.\/b\.ts by URL/);
});
