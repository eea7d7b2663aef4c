/** In a clone, as the README says: npx starts Deno, Deno a task, and that the host. What they set must not reach the shared command. */
import assert from "node:assert/strict";
import { ROOT } from "../../../scripts/files.ts";
import { linux, program, testWith } from "../../support/needs.ts";
import { Spawned } from "../../support/spawned.ts";
import { TempDir } from "../../support/temp_dir.ts";
import { BEACH, Scene, SOON, START } from "../scene.ts";

/** What Beach says to the command about its terminal, and what the shells on the way say. */
const OURS = ["TERM", "COLORTERM", "BEACH_SESSION", "_", "SHLVL", "OLDPWD"];

testWith(
  [linux, program("npx")],
  "started by npx and a task: the command has the person's environment, and the printed line starts it so again",
  async () => {
    await using dir = await TempDir.create();
    // A package's program that is there already: npx fetches nothing.
    await Deno.mkdir(`${dir.path}/node_modules/.bin`, { recursive: true });
    await Deno.symlink(Deno.execPath(), `${dir.path}/node_modules/.bin/deno`);
    await Deno.writeTextFile(`${dir.path}/package.json`, "{}");
    const task = ["npx", "deno", "task", "--config", `${ROOT}deno.json`, "beach"];
    const PATH = Deno.env.get("PATH")!;
    const kept = Object.entries(Deno.env.toObject()).filter(([name]) => /^(?:HOME|DENO_|LANG)/.test(name));
    for (
      const person of [
        { ...Object.fromEntries(kept), PATH, npm_config_mine: "with a\nbreak", TMPDIR: dir.tmp },
        {
          ...Object.fromEntries(kept),
          PATH: `${PATH}:/nowhere/node_modules/.bin`,
          EDITOR: "vi",
          NODE: "mine",
          COLOR: "9",
        },
      ]
    ) {
      const command = ["sh", "-c", `exec env -0 > '${dir.join("seen")}'`];
      await using host = Spawned.start([...task, "host", "--headless", "--", ...command], {
        cwd: dir.path,
        clearEnv: true,
        env: { ...person, PWD: dir.path },
      });
      assert.equal((await host.waitForExit(START)).code, 0, host.tail());
      const lines = (await Deno.readTextFile(dir.join("seen"))).split("\0").slice(0, -1);
      const found = Object.fromEntries(
        lines.map((line) => [line.replace(/=.*/s, ""), line.replace(/^[^=]*=/, "")]),
      );
      for (const name of OURS) delete found[name];
      // The task runs in the clone.
      assert.deepEqual(found, { ...person, PWD: ROOT.replace(/\/$/, "") });
    }
    await Scene.play(async (scene) => {
      // What a program on the way sets is the command's, as in these tests when npx started them.
      const between = [
        "sh",
        "-c",
        `MADE=here PS1='# ' ${BEACH.join(" ")} host --headless -- sh -c 'exec env -0 > ${dir.join("seen")}'`,
      ];
      const by = { npm_command: "exec", npm_execpath: "/n", INIT_CWD: "/x", npm_config_x: "y" };
      assert.equal((await Spawned.start(between, { env: by }).waitForExit(START)).code, 0);
      const seen = (await Deno.readTextFile(dir.join("seen"))).split("\0");
      assert.ok(seen.includes("MADE=here") && seen.includes("PS1=# "), seen.join("\n"));
      assert.deepEqual(seen.filter((line) => /^npm_|^INIT_CWD/.test(line)), []);
      const host = scene.terminal([...task, "host", "--", "sh"], { cwd: dir.path });
      const line = await host.waitFor(
        () => /another terminal: +(\S.*?) join \S+\r*\n/.exec(host.raw)?.[1],
        START,
        "the line to paste",
      );
      assert.equal(line, `npx -y deno@${Deno.version.deno} task beach`);
      host.type("exit\r");
      await host.waitForExit(SOON);
    });
  },
);
