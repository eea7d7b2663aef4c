/** The executable on a machine without Deno, its caches or a home, with nothing writable but a temp folder. */
import assert from "node:assert/strict";
import { compiler, compileTo, type Executable } from "../../support/executable.ts";
import { linux, testWith } from "../../support/needs.ts";
import { TempDir } from "../../support/temp_dir.ts";
import { headless } from "../headless.ts";
import { Scene, SOON, START } from "../scene.ts";

/** `argv` with nothing of this machine's environment but `temp`. */
function bare(temp: string, ...argv: string[]): string[] {
  const kept = [`PATH=/usr/bin:/bin`, `TERM=xterm-256color`, "HOME=/nonexistent", `TMPDIR=${temp}`];
  return ["env", "-i", ...kept, ...argv];
}

/** Where native code is unpacked: a folder that nobody else may write to, or put another in the place of. */
const unpacked = (temp: string) => `${temp}/beach-${Deno.uid()}`;

/** The native files below `temp`, which are all that may lie in it. */
function nativeFiles(temp: string): string[] {
  assert.deepEqual([...Deno.readDirSync(temp)].map(({ name }) => `${temp}/${name}`), [unpacked(temp)]);
  assert.equal(Deno.lstatSync(unpacked(temp)).mode! & 0o777, 0o700);
  return readFiles(unpacked(temp));
}

function readFiles(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? readFiles(`${folder}/${name}`) : [name]
  );
}

async function roadAndJoin({ path }: Executable, temp: string): Promise<void> {
  await Scene.play(async (scene) => {
    const road = scene.run(bare(temp, path, "road", "--listen", "127.0.0.1:0"));
    const [url] = await road.waitForOutput(/http:\/\/[\d.]+:\d+/, START);
    const page = await fetch(`${url}/j/7kq2mx`);
    assert.equal(page.status, 200);
    assert.match(await page.text(), /<html/i);
    const host = await headless(scene, { args: ["--road", url] });
    for (const run of [1, 2]) {
      const viewer = scene.terminal(bare(temp, path, "join", "--road", url, host.ready.code));
      await viewer.waitForText(/^\$ ?$/m, START);
      viewer.type(`clear; echo run-${run}-$((6*7))\r`);
      await viewer.waitForText(new RegExp(`^run-${run}-42$`, "m"), SOON);
      if (run === 1) {
        viewer.type("\x1e.");
        assert.equal((await viewer.waitForExit(SOON)).code, 0);
      } else {
        viewer.type("seq 1 20000; exit 6\r");
        assert.equal((await viewer.waitForExit(SOON)).code, 6);
      }
      // The addon of WebRTC, unpacked once and used again.
      assert.equal(nativeFiles(temp).length, 1, nativeFiles(temp).join(", "));
      assert.match(nativeFiles(temp)[0]!, /\.node$/);
    }
    assert.match(host.process.stdout, /"path":"direct"/);
    assert.equal((await host.process.waitForExit(SOON)).code, 6);
  });
}

async function hosts({ path }: Executable, temp: string): Promise<void> {
  await Scene.play(async (scene) => {
    const host = scene.terminal(bare(temp, path, "host", "--", "env", "PS1=$ ", "bash", "--norc"));
    const code = await host.waitFor(
      () => /beach join (\S+)(?: --road \S+)?\r*\n/.exec(host.raw)?.[1],
      START,
      "a join code",
    );
    const viewer = scene.terminal(bare(temp, path, "join", code));
    await viewer.waitForText(/^\$ ?$/m, START);
    // Ours is for native code; the command has the person's.
    viewer.type(`clear; [ "$TMPDIR" = '${temp}' ] && echo "the person's"\r`);
    await viewer.waitForText(/^the person's$/m, SOON);
    viewer.type("exit 8\r");
    assert.equal((await viewer.waitForExit(SOON)).code, 8);
    assert.equal((await host.waitForExit(SOON)).code, 8);
  });
}

/**
 * What another user of the machine may put into a shared temp folder: code under the names of packages that packages of ours can do
 * without, files that nobody comes back from reading, and a folder for native code that is not only ours. The executable's own folder
 * seems to lie there.
 */
async function plant(temp: string): Promise<string> {
  const mark = `${temp}/code-that-was-run`;
  for (const name of ["bufferutil", "utf-8-validate", "@node-rs/xxhash", "msgpackr-extract", "ws", "fs"]) {
    await Deno.mkdir(`${temp}/node_modules/${name}`, { recursive: true });
    await Deno.writeTextFile(
      `${temp}/node_modules/${name}/index.js`,
      `require("node:fs").appendFileSync(${JSON.stringify(mark)}, ${JSON.stringify(name)} + "\\n");`,
    );
  }
  const fifos = [`${temp}/package.json`, `${temp}/node_modules/package.json`, `${temp}/deno.json`];
  const { success } = await new Deno.Command("mkfifo", { args: fifos }).output();
  assert.ok(success);
  await Deno.mkdir(unpacked(temp));
  await Deno.chmod(unpacked(temp), 0o777);
  return mark;
}

async function shunsPlanted({ path }: Executable, temp: string): Promise<void> {
  const mark = await plant(temp);
  const planted = [...Deno.readDirSync(temp)].map(({ name }) => name).sort();
  await Scene.play(async (scene) => {
    const refused = ["--road", "http://127.0.0.1:1"];
    for (
      const [code, ...argv] of [
        [0, "--version"],
        [0, "road", "--check", "--listen", "127.0.0.1:0"],
        [1, "join", ...refused, "7kq2mx-river-lamp-ocean"],
        [1, "doctor", ...refused],
        [1, "host", ...refused, "--", "true"],
      ] as const
    ) {
      const ended = await scene.terminal(bare(temp, path, ...argv)).waitForExit(START);
      assert.equal(ended.code, code, `beach ${argv.join(" ")}`);
    }
  });
  assert.equal(await Deno.readTextFile(mark).catch(() => "none was"), "none was");
  assert.deepEqual([...Deno.readDirSync(temp)].map(({ name }) => name).sort(), planted);
  assert.deepEqual([...Deno.readDirSync(unpacked(temp))], []);
}

testWith(
  [linux, compiler],
  "the executable: road, join, one-line errors; with the pinned base also host",
  async () => {
    await using dir = await TempDir.create();
    const executable = await compileTo(dir);
    const version = await new Deno.Command("env", {
      args: bare(dir.tmp, executable.path, "--version").slice(1),
    }).output();
    assert.match(new TextDecoder().decode(version.stdout), /^\S* ?\d+\.\d+\.\d+\n$/);
    await dir.assertEmptyTmp();
    await roadAndJoin(executable, dir.tmp);
    const shared = dir.join("shared");
    await Deno.mkdir(shared);
    await Deno.chmod(shared, 0o1777);
    await shunsPlanted(executable, shared);
    const { code, stderr } = await new Deno.Command("env", {
      args: bare(dir.tmp, executable.path, "join", "--nmae", "x").slice(1),
    }).output();
    assert.equal(code, 2);
    assert.match(
      new TextDecoder().decode(stderr),
      /^beach: Unknown flag: "--nmae"\. Did you mean --name\?.*\n$/,
    );
    if (executable.pinned) await hosts(executable, dir.tmp);
    // What it unpacked is there once, for whoever runs it next.
    const left = nativeFiles(dir.tmp).filter((name) => !name.endsWith(".node"));
    assert.deepEqual(left, []);
  },
);
