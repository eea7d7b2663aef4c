/** What a viewer's person is told, and what closes it. */
import assert from "node:assert/strict";
import { linux, testWith } from "../../support/needs.ts";
import type { TerminalDriver } from "../../support/terminal_driver.ts";
import { Scene, SOON, START } from "../scene.ts";

const row = (term: TerminalDriver, y: number) => term.screenText().split("\n")[y] ?? "";

testWith(
  [linux],
  "help and numbers leave the prompt free, and Esc closes them before it is the shell's",
  () =>
    Scene.play(async (scene) => {
      const { term: host, code } = await scene.host();
      await host.waitForText(/^\$ ?$/m, START);
      const viewer = scene.join(code);
      await viewer.waitForText(/^\$ ?$/m, START);
      viewer.type("seq 100\r");
      await viewer.waitForText(/^100\n\$ ?$/m, SOON);
      for (const [key, shown] of [["?", /\. leaves/], ["s", /direct|relay/]] as const) {
        viewer.type(`\x1e${key}`);
        await viewer.waitFor(() => shown.test(row(viewer, 0)), SOON, `${shown} over the first row`);
        assert.match(row(viewer, 23), /^\$ ?$/, "the prompt is seen");
        viewer.type("\x1b");
        await viewer.waitFor(() => !shown.test(row(viewer, 0)), SOON, "the line to go");
      }
      // With an Esc that the shell got, the next letter would be Meta's.
      viewer.type("fecho $((6*7))\x01\x1b[3~\r");
      await viewer.waitForText(/^42$/m, SOON);
      viewer.type("exit 3\r");
      assert.equal((await viewer.waitForExit(SOON)).code, 3);
      assert.match(viewer.screenText(), /^exit\nThe session ended: the command exited with 3\.$/m);
    }),
);

testWith(
  [linux],
  "who only watches is told so once, may look back, and learns how the session ended",
  () =>
    Scene.play(async (scene) => {
      const { term: host, code, viewCode } = await scene.host();
      await host.waitForText(/^\$ ?$/m, START);
      const [byFlag, byCode] = [scene.join(code, { args: ["--view"] }), scene.join(viewCode)];
      for (
        const [viewer, words] of [[byFlag, /You only watch \(--view\)/], [
          byCode,
          /This code lets you watch/,
        ]] as const
      ) {
        await viewer.waitForText(/^\$ ?$/m, START);
        viewer.type("x");
        await viewer.waitForText(words, SOON);
      }
      host.type("clear; seq 100\r");
      for (const viewer of [byFlag, byCode]) {
        await viewer.waitForText(/^100\n\$ ?$/m, SOON);
        viewer.type("\x1e[g");
        await viewer.waitForText(/^1\n2\n3$/m, SOON);
        viewer.type("q");
        await viewer.waitForText(/^100\n\$ ?$/m, SOON);
      }
      assert.doesNotMatch(host.screenText(), /x/);
      host.type("kill -9 $$\r");
      for (const viewer of [byFlag, byCode]) {
        assert.equal((await viewer.waitForExit(SOON)).code, 137);
        assert.match(viewer.screenText(), /^The session ended: the command was ended by signal 9\.$/m);
      }
    }),
);
