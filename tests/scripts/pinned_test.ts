/** What others could change under a build of ours is named by what it is, not by a name that can move. */
import assert from "node:assert/strict";
import { listFiles, ROOT } from "../../scripts/files.ts";
import { TempDir } from "../support/temp_dir.ts";

const read = (path: string) => Deno.readTextFile(`${ROOT}/${path}`);

Deno.test("pinned: workflow actions go by commit, with the tag in a comment", async () => {
  const workflows = (await listFiles(ROOT)).filter((path) => /^\.github\/.*\.ya?ml$/.test(path));
  const used = (await Promise.all(workflows.map(read))).join("\n").match(/^.*\buses:.*$/gm)!;
  assert.ok(used.length >= 4);
  for (const line of used) assert.match(line, /^ +(?:- )?uses: [\w./-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/);
});

Deno.test("pinned: packages go by exact versions, and a task that finds another than the lock file's does not run", async () => {
  const config = JSON.parse(await read("deno.json"));
  for (const target of Object.values<string>(config.imports)) {
    assert.match(target, /^npm:\/?(?:@[\w.-]+\/)?[\w.-]+@\d+\.\d+\.\d+(?:\/.*)?$/);
  }
  await using dir = await TempDir.create();
  // The package is in the lock file, and so in the cache; this name of it is not.
  const imports = { ...config.imports, another: "npm:acorn@^8.11.0" };
  await Deno.writeTextFile(dir.join("deno.json"), JSON.stringify({ ...config, imports }));
  await Deno.copyFile(`${ROOT}/deno.lock`, dir.join("deno.lock"));
  await Deno.writeTextFile(dir.join("main.ts"), `import "another"; console.log("it ran");`);
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "beach"],
    cwd: dir.path,
  }).output();
  const text = new TextDecoder();
  const said = text.decode(stderr);
  assert.ok(!success && stdout.length === 0, said);
  assert.match(said, /lockfile is out of date/);
});
