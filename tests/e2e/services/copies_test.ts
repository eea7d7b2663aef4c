/** `beach cp` with real files: folders both ways, breaks of every kind, and never a half file under its name. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { pollAsync } from "../../support/deadline.ts";
import { lab, linux, testWith } from "../../support/needs.ts";
import type { Spawned } from "../../support/spawned.ts";
import { headless } from "../headless.ts";
import { BEACH, Scene, START } from "../scene.ts";
import { beach } from "./services_scene.ts";

const MB = 1024 * 1024;
const LARGE = 160 * MB;
/** Of a large file on a busy machine; ms. */
const LONG = 120_000;
/** A break in the middle: so much is there. */
const SOME = 4 * MB;

const NAMES = ["plain", "with blanks", "two\nlines", "-dash", "wörter 文", "$HOME;'\""];

testWith(
  [linux],
  "folders go both ways with all names, modes and times; links, and what leads out, are left out",
  () =>
    Scene.play(async (scene) => {
      const from = await folder(scene, "from");
      const shared = await folder(scene, "shared");
      const back = await folder(scene, "back");
      await Deno.mkdir(`${from}/deep/er `, { recursive: true });
      for (const [i, name] of NAMES.entries()) {
        const path = `${from}/deep/er /${name}`;
        await Deno.writeTextFile(path, name.repeat(i * 1000));
        await Deno.chmod(path, 0o640 + i % 4);
        await Deno.utime(path, 1_000_000_000 + i, 1_000_000_000 + i);
      }
      await Deno.symlink("/etc/passwd", `${from}/deep/link`);
      await Deno.utime(`${from}/deep/er `, 1_100_000_000, 1_100_000_000);
      const { ready: { code } } = await headless(scene, { args: ["--files", shared] });

      const sent = await beach(scene, ["cp", "-r", `${from}/deep`, `${code}:`], undefined, LONG);
      assert.deepEqual([sent.code, sent.stderr.trim()], [
        1,
        `beach: ${from}/deep/link: a symbolic link is left out`,
      ]);
      const wanted = await tree(`${from}/deep`);
      wanted.delete("/link");
      assert.deepEqual(await tree(`${shared}/deep`), wanted);

      const got = await beach(scene, ["cp", "-r", `${code}:deep`, back], undefined, LONG);
      assert.deepEqual([got.code, got.stderr], [0, ""]);
      assert.deepEqual(await tree(`${back}/deep`), wanted);

      await Deno.symlink("/etc", `${shared}/out`);
      for (const path of ["../from/deep/er /plain", "out/passwd", "/etc/passwd", "deep/../../from"]) {
        const refused = await beach(scene, ["cp", `${code}:${path}`, back]);
        assert.equal(refused.code, 1, path);
        assert.match(refused.stderr, /^beach: [^\n]+\n$/, path);
      }
      assert.deepEqual([...Deno.readDirSync(back)].map(({ name }) => name), ["deep"]);
      const one = await beach(scene, ["cp", "-r", from, `${code}:missing/folder`]);
      assert.equal(one.code, 1);
      const words = [
        `${from}/deep/link: a symbolic link is left out`,
        `${from}: missing/folder is not there`,
      ];
      assert.equal(one.stderr, words.map((line) => `beach: ${line}\n`).join(""));
      const strange = await beach(scene, ["cp", `${code}:two\nlines\x1b[2J`, back]);
      assert.match(strange.stderr, /^beach: \P{Cc}+\n$/u);
      // A file that not even root may read; what else was named is copied.
      const unreadable = "/proc/sys/vm/compact_memory";
      const rest = await beach(scene, ["cp", unreadable, `${from}/deep/er /plain`, `${code}:`]);
      assert.deepEqual([rest.code, rest.stderr], [1, `beach: ${unreadable}: no permission to read it\n`]);
      assert.equal(await Deno.readTextFile(`${shared}/plain`), "");
    }),
);

for (const direction of ["to the host", "from the host"] as const) {
  testWith(
    [linux],
    `a large file ${direction}: a kill -9 in its middle, and a stopped host, lose nothing`,
    () =>
      Scene.play(async (scene) => {
        const here = await folder(scene, "here");
        const shared = await folder(scene, "shared");
        const [source, target] = direction === "to the host"
          ? [here, shared] as const
          : [shared, here] as const;
        const sum = await writeLarge(`${source}/large`);
        const host = await headless(scene, { args: ["--files", shared] });
        const { code } = host.ready;
        const places = direction === "to the host"
          ? [`${source}/large`, `${code}:`]
          : [`${code}:large`, target];
        const copy = () => scene.run([...BEACH, "cp", ...places]);

        const first = copy();
        await partOf(target, first, SOME);
        first.kill("SIGKILL");
        await first.waitForExit(START);
        assert.deepEqual([...Deno.readDirSync(target)].map(({ name }) => name.slice(0, 7)), [".beach-"]);
        const held = await partSize(target);
        assert.ok(held >= SOME && held < LARGE, `${held} bytes before the kill`);

        const second = copy();
        let least = held;
        await pollAsync(
          async () => {
            const size = await partSize(target);
            least = Math.min(least, size);
            return size > held + SOME || second.status !== undefined;
          },
          LONG,
          "more of it",
          2,
        );
        assert.equal(least, held, "it goes on where it was");
        host.process.kill("SIGSTOP");
        await new Promise((resolve) => setTimeout(resolve, 3000));
        host.process.kill("SIGCONT");
        const { code: status } = await second.waitForExit(LONG);
        assert.equal(status, 0, second.tail());
        assert.deepEqual([...Deno.readDirSync(target)].map(({ name }) => name), ["large"]);
        assert.equal(await sumOf(`${target}/large`), sum);
      }),
  );
}

testWith(
  [linux, lab],
  "a full disk at the host: one clear line, no half file under its name",
  () =>
    Scene.play(async (scene) => {
      const here = await folder(scene, "here");
      const shared = await folder(scene, "shared");
      await Deno.writeFile(`${here}/small`, new Uint8Array(1000));
      await Deno.writeFile(`${here}/large`, new Uint8Array(8 * MB));
      const inside = `mount -t tmpfs -o size=4m none '${shared}' && exec "$@"`;
      const argv = [...BEACH, "host", "--headless", "--json", "--files", shared, "--", "sh"];
      const host = scene.run(["unshare", "-m", "sh", "-c", inside, "sh", ...argv]);
      const { code } = await host.waitForLine(
        (line) => JSON.parse(line) as { code: string },
        START,
        "its first line",
      );
      const put = (name: string) => beach(scene, ["cp", `${here}/${name}`, `${code}:`], undefined, LONG);
      assert.equal((await put("small")).code, 0);
      const full = await put("large");
      assert.equal(full.code, 1);
      assert.match(full.stderr, /^beach: [^\n]*(?:disk is full|no room)[^\n]*\n$/);
      const listed = await beach(scene, ["cp", "-r", `${code}:`, `${here}`], undefined, LONG);
      assert.equal(listed.code, 0, listed.stderr);
    }),
);

async function folder(scene: Scene, name: string): Promise<string> {
  const path = scene.dir.join(name);
  await Deno.mkdir(path);
  return path;
}

/** What is below `root`, by path: mode, time and what files hold. */
async function tree(
  root: string,
  at = "",
  found = new Map<string, string>(),
): Promise<Map<string, string>> {
  for await (const { name, isDirectory, isSymlink } of Deno.readDir(root + at)) {
    const path = `${at}/${name}`;
    if (isSymlink) found.set(path, "link");
    else {
      const { mode, mtime } = await Deno.stat(root + path);
      const about = `${(mode! & 0o777).toString(8)} ${mtime!.getTime()}`;
      found.set(path, isDirectory ? about : `${about} ${await Deno.readTextFile(root + path)}`);
      if (isDirectory) await tree(root, path, found);
    }
  }
  return found;
}

/** Settles when the part in `folder` has `bytes`. */
async function partOf(folder: string, copy: Spawned, bytes: number): Promise<void> {
  await pollAsync(
    async () => {
      assert.equal(copy.status, undefined, copy.tail());
      return await partSize(folder) >= bytes;
    },
    LONG,
    "the middle of the copy",
    2,
  );
}

async function partSize(folder: string): Promise<number> {
  for await (const { name } of Deno.readDir(folder)) {
    if (name.startsWith(".beach-")) {
      return (await Deno.stat(`${folder}/${name}`).catch(() => undefined))?.size ?? 0;
    }
  }
  return 0;
}

/** No two blocks of it are alike. Returns its SHA-256. */
async function writeLarge(path: string): Promise<string> {
  const hash = createHash("sha256");
  using file = await Deno.open(path, { write: true, create: true });
  const block = new Uint32Array(MB / 4);
  for (let at = 0; at < LARGE; at += MB) {
    for (let i = 0; i < block.length; i++) block[i] = Math.imul(at + i, 2_654_435_761);
    const bytes = new Uint8Array(block.buffer);
    hash.update(bytes);
    for (let from = 0; from < MB;) from += await file.write(bytes.subarray(from));
  }
  return hash.digest("hex");
}

async function sumOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  using file = await Deno.open(path);
  for await (const bytes of file.readable) hash.update(bytes);
  return hash.digest("hex");
}
