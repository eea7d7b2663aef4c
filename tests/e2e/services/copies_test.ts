/** `beach cp` with real files: folders both ways, many files, awkward names and a full disk. */
import assert from "node:assert/strict";
import { lab, linux, testWith } from "../../support/needs.ts";
import { headless } from "../headless.ts";
import { BEACH, Scene, START } from "../scene.ts";
import { folder, LONG, MB, tree } from "./copies_scene.ts";
import { beach, command } from "./services_scene.ts";

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
        `${from}: missing is not there`,
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
      assert.match(
        full.stderr,
        /^beach: Not copied: large needs 8\.0 MiB, and the host's disk has room for 4\.0 MiB\. [^\n]*\n$/,
      );
      const listed = await beach(scene, ["cp", "-r", `${code}:`, `${here}`], undefined, LONG);
      assert.equal(listed.code, 0, listed.stderr);
    }),
);

const MANY = 10_000;

testWith(
  [linux],
  "10,000 small files in 100 folders go both ways, and nothing else is there",
  () =>
    Scene.play(async (scene) => {
      const from = await folder(scene, "from");
      const shared = await folder(scene, "shared");
      const back = await folder(scene, "back");
      for (let i = 0; i < MANY; i++) {
        const path = `${from}/many/${i % 100}`;
        if (i < 100) await Deno.mkdir(path, { recursive: true });
        await Deno.writeTextFile(`${path}/${i}`, `file ${i}\n`.repeat(i % 50));
      }
      const { ready: { code } } = await headless(scene, { args: ["--files", shared] });
      for (const args of [[`${from}/many`, `${code}:`], [`${code}:many`, back]]) {
        const copied = await beach(scene, ["cp", "-r", ...args], undefined, LONG);
        assert.deepEqual([copied.code, copied.stderr], [0, ""]);
      }
      const wanted = await tree(`${from}/many`);
      assert.equal(wanted.size, MANY + 100);
      assert.deepEqual(await tree(`${shared}/many`), wanted);
      assert.deepEqual(await tree(`${back}/many`), wanted);
    }),
);

testWith(
  [linux],
  "names that are not UTF-8 are said and left out, at either end, and the rest is copied",
  () =>
    Scene.play(async (scene) => {
      const from = await folder(scene, "from");
      const shared = await folder(scene, "shared");
      const back = await folder(scene, "back");
      // Latin-1's ü, as an old archive has it.
      const make = (at: string) =>
        command(scene, [
          "bash",
          "-c",
          `mkdir "$0/d" && echo 1 > "$0/d"/$'m\\xfcller' && echo 2 > "$0/d/plain"`,
          at,
        ]);
      assert.equal((await make(from)).code, 0);
      const { ready: { code } } = await headless(scene, { args: ["--files", shared] });
      const sent = await beach(scene, ["cp", "-r", `${from}/d`, `${code}:`], undefined, LONG);
      const why = "a name that is not UTF-8, or that went away";
      assert.deepEqual([sent.code, sent.stderr], [1, `beach: ${from}/d/m\ufffdller: ${why}\n`]);
      assert.deepEqual([...(await tree(`${shared}/d`)).keys()], ["/plain"]);
      await Deno.remove(`${shared}/d`, { recursive: true });
      assert.equal((await make(shared)).code, 0);
      const got = await beach(scene, ["cp", "-r", `${code}:d`, back], undefined, LONG);
      assert.deepEqual(
        [got.code, got.stderr],
        [1, "beach: d/m\ufffdller: no file, or a name that is not UTF-8\n"],
      );
      assert.deepEqual([...(await tree(`${back}/d`)).keys()], ["/plain"]);
    }),
);
