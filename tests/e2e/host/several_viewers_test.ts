import assert from "node:assert/strict";
import { MAX_SIDE } from "../../../frames/limits.ts";
import { linux, testWith } from "../../support/needs.ts";
import { assertSameScreen } from "../same_screen.ts";
import { Scene, SOON, START } from "../scene.ts";

testWith(
  [linux],
  "three viewers at once: all see, writers type, a watcher can't, one leaves",
  () =>
    Scene.play(async (scene) => {
      const { term: host, code, viewCode } = await scene.host();
      const [one, two, watcher] = [scene.join(code), scene.join(code), scene.join(viewCode)] as const;
      const viewers = [one, two, watcher];
      for (const viewer of viewers) await viewer.waitForText(/^\$ ?$/m, START);
      one.type("clear; echo one $((6*7))\r");
      await host.waitForText(/^one 42$/m, SOON);
      watcher.type("echo never\r");
      two.type("echo two $((7*7))\r");
      await host.waitForText(/^two 49\n\$/m, SOON);
      for (const viewer of viewers) await assertSameScreen(host, viewer);
      // Ctrl-^ . leaves; the others go on.
      one.type("\x1e.");
      assert.equal((await one.waitForExit(SOON)).code, 0);
      host.type("echo left $((8*8))\r");
      await host.waitForText(/^left 64\n\$/m, SOON);
      for (const viewer of [two, watcher]) await assertSameScreen(host, viewer);
      assert.ok(!host.historyText().includes("never"));
      host.type("exit 5\r");
      for (const term of [host, two, watcher]) assert.equal((await term.waitForExit(SOON)).code, 5);
    }),
);

testWith(
  [linux],
  "windows beyond the limit of the wire: a viewer's keeps nobody out, the host's gets a screen at the limit",
  () =>
    Scene.play(async (scene) => {
      const { term: host, code } = await scene.host();
      const wide = scene.join(code, { cols: MAX_SIDE + 300, rows: 30 });
      const viewer = scene.join(code);
      for (const term of [wide, viewer]) await term.waitForText(/^\$ ?$/m, START);
      viewer.resize(80, MAX_SIDE + 1);
      viewer.type("clear; echo $((6*7))\r");
      for (const term of [wide, viewer]) await term.waitForText(/^42$/m, SOON);
      host.resize(MAX_SIDE + 1, 24);
      await host.waitFor(() => host.raw.includes("\x1b[?7l"), SOON, "a screen with a margin");
      viewer.type("clear; stty size\r");
      for (const term of [host, wide, viewer]) {
        await term.waitForText(new RegExp(`^24 ${MAX_SIDE}$`, "m"), SOON);
      }
    }),
);
