import assert from "node:assert/strict";
import { linux, program, testWith } from "../support/needs.ts";
import { poll, pollAsync } from "../support/deadline.ts";
import { headless } from "./headless.ts";
import { BEACH, Scene, SOON, START } from "./scene.ts";

/** More than every buffer on the way holds: the terminal's, ours, the link's. */
const SIZE = 3 * 1024 * 1024;

testWith(
  [linux, program("tmux")],
  "a paste of 3 MB waits where it must and arrives whole",
  () =>
    Scene.play(async (scene) => {
      const taken = scene.dir.join("taken");
      const command = ["bash", "-c", `stty raw -echo; echo ready; head -c ${SIZE} > ${taken}; echo all`];
      const { process, ready } = await headless(scene, { command });
      const text = Array.from({ length: SIZE / 16 }, (_, i) => i.toString(36).padStart(15, ".") + "\r").join(
        "",
      );
      const source = scene.dir.join("source");
      await Deno.writeTextFile(source, text);
      // A terminal that can be given megabytes: tmux feeds its pane as the program in it reads.
      const tmux = async (...args: string[]) => {
        const run = scene.run(["tmux", "-S", scene.dir.join("tmux"), "-f", "/dev/null", ...args]);
        await run.waitForExit(SOON);
        return run.stdout;
      };
      await tmux("new-session", "-d", "-x", "80", "-y", "24", ...BEACH, "join", ready.code);
      try {
        await pollAsync(
          async () => (await tmux("capture-pane", "-p")).includes("ready"),
          START,
          "the screen",
        );
        await tmux("load-buffer", source);
        await tmux("paste-buffer", "-d");
        await poll(() => Deno.statSync(taken).size === SIZE, START, "the paste");
        assert.equal(await Deno.readTextFile(taken), text);
        assert.equal((await process.waitForExit(SOON)).code, 0);
      } finally {
        await tmux("kill-server");
      }
    }),
);
