import assert from "node:assert/strict";
import { findEmbedded } from "../../../scripts/compile/embedded.ts";
import { ROOT } from "../../../scripts/files.ts";
import { compiler, compileTo } from "../../support/executable.ts";
import { linux, testWith } from "../../support/needs.ts";
import { Spawned } from "../../support/spawned.ts";
import { TempDir } from "../../support/temp_dir.ts";

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
  "an executable holds its workers, files, native addons and packages, leaves one reused file, and is ended by a signal in a loop too",
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
    // In a loop it hears no signal: its second thread does.
    await using run = Spawned.start([path, "loop"], {
      clearEnv: true,
      env: { ...dir.env, HOME: "/nonexistent" },
    });
    await run.waitForOutput(/looping/, 20_000);
    Deno.kill(run.pid, "SIGTERM");
    assert.equal((await run.waitForExit(8_000)).signal, "SIGKILL");
  },
);

/** Compiles the sample into `dir` with more in the environment; stdout and stderr are not told apart. */
async function compileWith(dir: TempDir, env: Record<string, string>) {
  const script = [Deno.execPath(), "run", "-A", `${ROOT}scripts/compile.ts`];
  await using run = Spawned.start(
    [...script, "--entry", "tests/e2e/sample/main.ts", "--output", dir.join("out/beach")],
    { env: { ...dir.env, BEACH_VERBOSE: "0", NO_COLOR: "1", ...env } },
  );
  const { code } = await run.waitForExit(60_000);
  return { code, said: run.stderr };
}

testWith([linux], "an executable that does not start is not kept, and one that was there stays", async () => {
  await using dir = await TempDir.create();
  await Deno.mkdir(dir.join("out"));
  await Deno.writeTextFile(dir.join("out/beach"), "the last one");
  const { code, said } = await compileWith(dir, { DENORT_BIN: "/bin/true" });
  assert.equal(code, 1);
  assert.match(
    said,
    /^compile: The executable does not start, and was not kept: [^\n]+\. "\/bin\/true", named by DENORT_BIN, may not be the base of Deno [\d.]+\.\nBEACH_VERBOSE=1 shows all that was said\.\n$/,
  );
  assert.equal(await Deno.readTextFile(dir.join("out/beach")), "the last one");
  assert.deepEqual([...Deno.readDirSync(dir.join("out"))].map(({ name }) => name), ["beach"]);
  await dir.assertEmptyTmp();
});

testWith([linux], "a base that is not there is named", async () => {
  await using dir = await TempDir.create();
  const { code, said } = await compileWith(dir, { DENORT_BIN: "/nonexistent" });
  assert.equal(code, 1);
  assert.match(
    said,
    /^compile: DENORT_BIN can't be used: "\/nonexistent"; wanted the base \(denort\) of Deno [\d.]+\. There is no such file\.\n/,
  );
  await dir.assertEmptyTmp();
});

testWith([linux], "without a network: one line, and what to do", async () => {
  await using dir = await TempDir.create();
  // This Deno's cache without the base, if it has one, and a proxy that is not there.
  const cache = new TextDecoder().decode(
    (await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output()).stdout,
  );
  const { denoDir } = JSON.parse(cache) as { denoDir: string };
  await Deno.mkdir(dir.join("deno/dl"), { recursive: true });
  const linked = ["npm", ...[...Deno.readDirSync(`${denoDir}/dl`)].map(({ name }) => `dl/${name}`)];
  for (const name of linked.filter((name) => name !== "dl/release")) {
    await Deno.symlink(`${denoDir}/${name}`, dir.join(`deno/${name}`));
  }
  const nowhere = "http://127.0.0.1:1";
  const { code, said } = await compileWith(dir, {
    DENO_DIR: dir.join("deno"),
    HTTPS_PROXY: nowhere,
    https_proxy: nowhere,
  });
  assert.equal(code, 1);
  assert.match(
    said,
    /^compile: The base for executables can't be fetched from dl\.deno\.land: [^\n]+\. Try where that can be reached, or name the base \(denort\) of Deno [\d.]+ that is here already: DENORT_BIN=FILE\.\nBEACH_VERBOSE=1 [^\n]+\n$/,
  );
  await dir.assertEmptyTmp();
});

Deno.test("embedded files have to stand beside who names them", async () => {
  const found = await findEmbedded(ROOT, "tests/e2e/sample/main.ts");
  assert.deepEqual(found, {
    workers: ["cli/signals/watchdog_worker.ts", "tests/e2e/sample/sample_worker.ts"],
    files: ["tests/e2e/sample/sample.txt"],
  });
  await using dir = await TempDir.create();
  await Deno.mkdir(`${dir.path}/cli`);
  await Deno.writeTextFile(`${dir.path}/main.ts`, `import "./cli/a.ts";\n`);
  await Deno.writeTextFile(`${dir.path}/cli/a.ts`, `new Worker(new URL("../b.ts", import.meta.url));\n`);
  await assert.rejects(findEmbedded(dir.path, "main.ts"), /cli\/a\.ts:1: names \.\.\/b\.ts by URL/);
});
