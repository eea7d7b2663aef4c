/** `beach completions` in the shells themselves. */
import assert from "node:assert/strict";
import { program, testWith, unixTerminal } from "../../support/needs.ts";
import { TempDir } from "../../support/temp_dir.ts";
import { BEACH, Scene, SOON, START } from "../scene.ts";

/** Writes what `beach completions` prints to a file of `folder`, next to files to be completed. */
async function written(scene: Scene, folder: TempDir, shell: string): Promise<string> {
  const run = scene.run([...BEACH, "completions", shell]);
  assert.equal((await run.waitForExit(START)).code, 0);
  const path = folder.join(`completion.${shell}`);
  Deno.writeTextFileSync(path, run.stdout);
  Deno.writeTextFileSync(folder.join("my demo.cast"), "");
  Deno.mkdirSync(folder.join("my folder"));
  return path;
}

testWith(
  [unixTerminal, program("bash")],
  "completions in bash: commands, flags, verbs, files",
  () =>
    Scene.play(async (scene) => {
      await using folder = await TempDir.create();
      const path = await written(scene, folder, "bash");
      const complete = async (...words: string[]) => {
        const code =
          `source "${path}"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _beach; printf '%s\\n' "\${COMPREPLY[@]}"`;
        const run = scene.run(["bash", "--norc", "-c", code, "bash", "beach", ...words]);
        assert.equal((await run.waitForExit(SOON)).code, 0);
        assert.equal(run.stderr, "");
        return run.stdout.trim().split("\n");
      };
      assert.deepEqual(await complete("ho"), ["host"]);
      assert.deepEqual(await complete("host", "--record-"), [
        "--record-format",
        "--record-input",
        "--record-max",
      ]);
      assert.deepEqual(await complete("join", "--view-o"), [""]);
      assert.deepEqual(await complete("desktop", "st"), ["status"]);
      assert.deepEqual(await complete("completions", ""), ["bash", "zsh", "fish"]);
      assert.ok((await complete("host", "--", "bas")).includes("bash"));
      assert.deepEqual(await complete("host", "--size", "8"), [""]);
      // What it leaves out bash completes itself: a file with a blank in its name.
      const term = scene.terminal(["bash", "--norc", "--noprofile"], { cwd: folder.path });
      term.type(`PS1='> '; source ${path}; echo loa''ded\r`);
      await term.waitForText(/^loaded$/m, SOON);
      term.type("beach play my\\ d\t");
      await term.waitForText(/> beach play my\\ demo\.cast/, SOON);
      term.type("\x15beach join my\t");
      term.type("\x15beach host --view-\t");
      await term.waitForText(/> beach host --view-only/, SOON);
      assert.doesNotMatch(term.screenText(), /join my\\/);
      term.type("\x15exit\r");
      await term.waitForExit(SOON);
    }),
);

testWith(
  [unixTerminal, program("zsh")],
  "completions in zsh: commands, flags, verbs, files",
  () =>
    Scene.play(async (scene) => {
      await using folder = await TempDir.create();
      const path = await written(scene, folder, "zsh");
      const term = scene.terminal(["zsh", "-f"], { cwd: folder.path, cols: 100 });
      term.type(`PS1='> '; autoload -U compinit; compinit -u -D; source ${path}; echo loa''ded\r`);
      await term.waitForText(/^loaded$/m, START);
      for (
        const [typed, shown] of [
          ["beach audi", /> beach audit *$/m],
          ["beach host --record-f", /> beach host --record-format *$/m],
          ["beach play my\\ d", /> beach play my\\ demo\.cast/],
          ["beach host --files m", /> beach host --files my\\ folder\//],
          ["beach desktop stat", /> beach desktop status *$/m],
          ["beach host -- mkdi", /> beach host -- mkdir/],
        ] as const
      ) {
        term.type(`\x15${typed}\t`);
        await term.waitForText(shown, SOON);
      }
    }),
);

testWith(
  [unixTerminal, program("fish")],
  "completions in fish: commands, flags, verbs, files",
  () =>
    Scene.play(async (scene) => {
      await using folder = await TempDir.create();
      const path = await written(scene, folder, "fish");
      const complete = async (line: string) => {
        const code = `source ${path}; cd ${folder.path}; complete -C ${JSON.stringify(line)}`;
        const run = scene.run(["fish", "--no-config", "-c", code]);
        assert.equal((await run.waitForExit(SOON)).code, 0);
        return run.stdout.trim().split("\n").map((found) => found.split("\t")[0]);
      };
      assert.deepEqual(await complete("beach ho"), ["host"]);
      assert.deepEqual(await complete("beach host --record-"), [
        "--record-format",
        "--record-input",
        "--record-max",
      ]);
      assert.deepEqual(await complete("beach desktop st"), ["status"]);
      assert.deepEqual(await complete("beach play my"), ["my demo.cast", "my folder/"]);
      assert.deepEqual(await complete("beach host --files my"), ["my folder/"]);
      assert.deepEqual(await complete("beach join my"), [""]);
    }),
);
