import assert from "node:assert/strict";
import { ROOT } from "../../../scripts/files.ts";
import { linux, testWith } from "../../support/needs.ts";
import { assertSameScreen } from "../same_screen.ts";
import { Scene, SOON, START } from "../scene.ts";

testWith(
  [linux],
  "two terminals on one machine, nothing configured: both see and type, and end alike",
  () =>
    Scene.play(async (scene) => {
      const { term: host, code } = await scene.host();
      const viewer = scene.join(code);
      await viewer.waitForText(/^\$ ?$/m, START);
      viewer.type("clear; echo viewer $((6*7))\r");
      await host.waitForText(/^viewer 42$/m, SOON);
      await viewer.waitForText(/^viewer 42$/m, SOON);
      host.type("echo host $((7*7))\r");
      await viewer.waitForText(/^host 49$/m, SOON);
      await host.waitForText(/^host 49\n\$/m, SOON);
      await assertSameScreen(host, viewer);
      scene.note();
      viewer.type("exit 7\r");
      assert.equal((await host.waitForExit(SOON)).code, 7);
      assert.equal((await viewer.waitForExit(SOON)).code, 7);
    }),
);

testWith(
  [linux],
  "a road of one's own: the lines that the host prints work as they are, pasted into a shell",
  () =>
    Scene.play(async (scene) => {
      const { url } = await scene.road();
      const { term: host } = await scene.host({ args: ["--road", url], env: { npm_command: undefined } });
      const printed = (what: string) =>
        new RegExp(`${what}: +([^\r\n]+beach join [^\r\n]+)`).exec(host.raw)![1]!;
      const pasted = (line: string) => {
        return scene.terminal(["sh", "-c", line], { cwd: ROOT });
      };
      const viewer = pasted(printed("another terminal"));
      const watcher = pasted(printed("only watch"));
      await viewer.waitForText(/^\$ ?$/m, START);
      viewer.type("clear; echo viewer $((6*7))\r");
      await watcher.waitForText(/^viewer 42$/m, START);
      viewer.type("exit 7\r");
      for (const term of [host, viewer, watcher]) assert.equal((await term.waitForExit(SOON)).code, 7);
    }),
);
