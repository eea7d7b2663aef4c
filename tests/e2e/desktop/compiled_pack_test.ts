/** The executable loads the encoder from the pack, which is no part of it. */
import assert from "node:assert/strict";
import { desktopPack, packEnvironment } from "../../support/desktop_pack.ts";
import { compiler, compileTo } from "../../support/executable.ts";
import { testWith } from "../../support/needs.ts";
import { TempDir } from "../../support/temp_dir.ts";

testWith(
  [compiler, desktopPack],
  "the executable encodes with the pack's FFmpeg, and says what to run without it",
  async () => {
    await using temp = await TempDir.create();
    const { path } = await compileTo(temp);
    const beach = async (env: Record<string, string>, ...words: string[]) => {
      const command = new Deno.Command(path, {
        args: ["desktop", ...words],
        env: { ...temp.env, ...env },
        cwd: temp.path,
      });
      const { code, stdout, stderr } = await command.output();
      const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
      return { code, out: text(stdout), err: text(stderr) };
    };
    const trial = await beach(packEnvironment(), "encoders", "libx264");
    assert.equal(trial.err, "");
    const found = JSON.parse(trial.out);
    if (!found.works) assert.match(found.why, /^too slow/);
    // Each encoder of hardware would be tried by the executable itself.
    assert.match((await beach(packEnvironment(), "encoders")).out, /^ok {4}libx264$/m);
    const missing = await beach({ XDG_DATA_HOME: temp.path }, "encoders");
    assert.deepEqual(missing, {
      code: 1,
      out: "",
      err: "beach: The desktop pack is not installed. Run: beach desktop install.\n",
    });
  },
);
