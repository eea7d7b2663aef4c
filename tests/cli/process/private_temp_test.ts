import assert from "node:assert/strict";
import { privateTemp } from "../../../cli/process/private_temp.ts";
import { type Need, testWith, unixTerminal } from "../../support/needs.ts";
import { TempDir } from "../../support/temp_dir.ts";

const name = `beach-${Deno.uid()}`;
const root: Need = () => Deno.uid() === 0 ? undefined : "needs root, to act for another user";
const NOBODY = 65533;

function assertPrivate(path: string): void {
  const { uid, mode, isDirectory } = Deno.lstatSync(path);
  assert.deepEqual([uid, mode! & 0o777, isDirectory], [Deno.uid(), 0o700, true], path);
}

testWith([unixTerminal], "private temp: one folder, found again, in a shared temp folder", async () => {
  await using dir = await TempDir.create();
  await Deno.chmod(dir.tmp, 0o1777);
  const first = privateTemp(dir.tmp, undefined);
  assert.equal(first.path, `${await Deno.realPath(dir.tmp)}/${name}`);
  assertPrivate(first.path);
  first[Symbol.dispose]();
  assert.equal(privateTemp(dir.tmp, undefined).path, first.path);
  assert.deepEqual(await dir.leftovers(), [name]);
});

/** What may stand there under the name already. */
const TAKEN: Readonly<Record<string, (path: string, elsewhere: string) => void | Promise<void>>> = {
  "a link to where others may write": (path, elsewhere) => Deno.symlink(elsewhere, path),
  "a link to nowhere": (path) => Deno.symlink("/nowhere/at/all", path),
  "a file": (path) => Deno.writeTextFile(path, ""),
  "a folder that others may write to": async (path) => {
    await Deno.mkdir(path);
    await Deno.chmod(path, 0o777);
  },
  "a folder that others may read": async (path) => {
    await Deno.mkdir(path);
    await Deno.chmod(path, 0o755);
  },
};

for (const [what, take] of Object.entries(TAKEN)) {
  testWith([unixTerminal], `private temp: ${what} is not taken for ours`, async () => {
    await using dir = await TempDir.create();
    await Deno.chmod(dir.tmp, 0o1777);
    for (const folder of ["elsewhere", "home", "home/.cache"]) await Deno.mkdir(dir.join(folder));
    await take(`${dir.tmp}/${name}`, dir.join("elsewhere"));
    // The person's own cache is next; without one, a new name that goes away again.
    const cached = privateTemp(dir.tmp, dir.join("home"));
    assert.equal(cached.path, await Deno.realPath(dir.join(`home/.cache/${name}`)));
    assertPrivate(cached.path);
    const fresh = privateTemp(dir.tmp, undefined);
    assert.ok(fresh.path.startsWith(`${await Deno.realPath(dir.tmp)}/${name}-`), fresh.path);
    assertPrivate(fresh.path);
    await Deno.writeTextFile(`${fresh.path}/unpacked.node`, "");
    fresh[Symbol.dispose]();
    assert.deepEqual(await dir.leftovers(), [name]);
  });
}

testWith(
  [unixTerminal, root],
  "private temp: another user's folders are not used, not even 0700",
  async () => {
    await using dir = await TempDir.create();
    await Deno.chmod(dir.tmp, 0o1777);
    await Deno.mkdir(dir.join("home/.cache"), { recursive: true });
    await Deno.mkdir(`${dir.tmp}/${name}`, { mode: 0o700 });
    await Deno.chown(`${dir.tmp}/${name}`, NOBODY, NOBODY);
    assert.notEqual(privateTemp(dir.tmp, dir.join("home")).path, `${dir.tmp}/${name}`);
    // Whoever owns the temp folder itself may swap what is in it.
    await Deno.remove(`${dir.tmp}/${name}`);
    await Deno.chown(dir.tmp, NOBODY, NOBODY);
    assert.ok(privateTemp(dir.tmp, dir.join("home")).path.startsWith(await Deno.realPath(dir.join("home"))));
  },
);

testWith(
  [unixTerminal],
  "private temp: where anybody may rename in the temp folder or above, it says what to do",
  async () => {
    await using dir = await TempDir.create();
    await Deno.mkdir(dir.join("open/temp"), { recursive: true });
    await Deno.chmod(dir.join("open"), 0o777);
    assert.throws(
      () => privateTemp(dir.join("open/temp"), undefined),
      /^Failure: No private folder for native code can be made in the temp folder: ".*open\/temp"\. Set TMPDIR to a folder that only you can write to\.$/,
    );
    assert.throws(() => privateTemp("/nowhere", undefined), /"\/nowhere"/);
  },
);
