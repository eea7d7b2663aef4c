/** `beach desktop`, as a person runs it. */
import assert from "node:assert/strict";
import { askForPack } from "../../../../cli/desktop/pack/ask_pack.ts";
import { ROOT } from "../../../../scripts/files.ts";
import { desktopPack, packEnvironment, packFolder } from "../../../support/desktop_pack.ts";
import { testWith } from "../../../support/needs.ts";
import { TempDir } from "../../../support/temp_dir.ts";
import { FakeRegistry } from "./fake_registry.ts";

interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function beach(words: readonly string[], env: Record<string, string>): Promise<Result> {
  const args = ["run", "-A", "--no-check", `${ROOT}/main.ts`, "desktop", ...words];
  const command = new Deno.Command(Deno.execPath(), { args, env, stdin: "null" });
  const { code, stdout, stderr } = await command.output();
  return { code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
}

Deno.test("beach desktop: without a pack it says what to run; a registry that lies leaves one line and no file", async () => {
  await using temp = await TempDir.create();
  const XDG_DATA_HOME = temp.join("data");
  const missing = await beach(["status"], { XDG_DATA_HOME });
  assert.equal(missing.code, 1);
  assert.match(missing.out, /^Not installed\. Run: .*beach desktop install\n$/);

  const path = "/node-av/-/node-av-6.1.1.tgz";
  await using registry = new FakeRegistry({ [path]: { file: new Uint8Array(805_021) } });
  const lied = await beach(["install"], { XDG_DATA_HOME, npm_config_registry: registry.url });
  assert.equal(lied.code, 1);
  assert.equal(lied.out, "");
  const [before, fault, ...more] = lied.err.trimEnd().split("\n");
  assert.match(before!, /GPL-3\.0, which is not part of Beach.*60 MiB from npm, 172 MiB in /);
  assert.match(
    fault!,
    /^beach: What the npm registry sent is not .*Its SHA-512 is another\. Nothing was installed\.$/,
  );
  assert.deepEqual(more, [], "progress, although there is no terminal");
  assert.deepEqual(registry.asked, [path]);
  assert.deepEqual([...Deno.readDirSync(`${XDG_DATA_HOME}/beach/packs`)], []);
});

Deno.test("beach desktop: what it does not know is refused with 2", async () => {
  await using temp = await TempDir.create();
  const env = { XDG_DATA_HOME: temp.path };
  const verb = await beach(["instal"], env);
  assert.deepEqual([verb.code, verb.out], [2, ""]);
  assert.match(verb.err, /"instal"; wanted install, remove, status, licence, encoders/);
  assert.equal((await beach(["status", "x"], env)).code, 2);
  assert.equal((await beach([], env)).code, 2);
});

Deno.test("the pack is asked for: where nobody is there to answer, one line says what to run", async () => {
  await using temp = await TempDir.create();
  const env = { XDG_DATA_HOME: temp.path };
  const program = `
    import { askForPack } from ${JSON.stringify(`${ROOT}/cli/desktop/pack/ask_pack.ts`)};
    await askForPack(Deno.env.toObject(), new AbortController().signal).catch((e) => console.log(e.message));
  `;
  const args = ["eval", program];
  const command = new Deno.Command(Deno.execPath(), { args, env, cwd: ROOT, stdin: "null" });
  const said = new TextDecoder().decode((await command.output()).stdout);
  assert.match(said, /^The desktop pack is not installed\. Run: .*beach desktop install\.\n$/);
});

testWith([desktopPack], "beach desktop: with the pack, it is found, and encoders are tried", async () => {
  const env = packEnvironment();
  assert.equal(await askForPack(env, new AbortController().signal), packFolder());
  const status = await beach(["status"], env);
  assert.match(status.out, /^Installed: .*desktop-\S+ \(\d+ MiB\)\n$/m);
  assert.equal(status.code, 0);
  assert.match((await beach(["encoders"], env)).out, /^ok {4}libx264$/m);
  const trial = JSON.parse((await beach(["encoders", "libx264"], env)).out);
  // A machine that does other things meanwhile may be slow; anything else would be a fault.
  if (!trial.works) assert.match(trial.why, /^too slow/);
  assert.ok(trial.ms > 0);
});
