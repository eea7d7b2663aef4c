import assert from "node:assert/strict";
import { chromium, linux, testWith } from "../../support/needs.ts";
import { assertSameScreen } from "../same_screen.ts";
import { Scene, SHELL, SOON, START } from "../scene.ts";
import { onePage } from "../web/web_scene.ts";

const UTF8 = ["env", "LC_ALL=C.UTF-8", ...SHELL];
const LEFT = "\x1b[D";

/** A line that is edited in its middle, what bash makes of it, and what Enter prints. */
const EDITED = [
  ["echo I ❤\ufe0f it", 6, "N", "NI ❤\ufe0f it"],
  ["echo I 👍🏽 it", 5, "N", "I N👍🏽 it"],
  ["echo 👩‍👩‍👧 z", 3, "N", "👩‍👩‍N👧 z"],
  ["echo a\u200bb \u{1fae0}z", 3, "N", "a\u200bbN \u{1fae0}z"],
  ["echo 🇩🇪 नि z", 5, "N", "🇩🇪N नि z"],
] as const;

testWith(
  [linux],
  "a line that is edited beside emoji and marks stands as the shell has it, passed through and painted",
  () =>
    Scene.play(async (scene) => {
      const { term: host, code } = await scene.host({ command: UTF8 });
      const viewer = scene.join(code);
      const painted = scene.join(code, { cols: 60, rows: 20 });
      for (const term of [viewer, painted]) await term.waitForText(/^\$ ?$/m, START);
      for (const [line, left, typed, said] of EDITED) {
        host.type(`clear; ${line}`);
        await host.waitFor(() => host.screenText().includes(line), SOON, line);
        host.type(LEFT.repeat(left) + typed);
        const shown = (text: string) => text.includes(`echo ${said}`);
        for (const term of [host, viewer, painted]) {
          await term.waitFor(() => shown(term.screenText()), SOON, said);
        }
        await assertSameScreen(host, viewer);
        assert.deepEqual(painted.cursor(), host.cursor(), said);
        host.type("\r");
        for (const term of [host, viewer, painted]) {
          await term.waitFor(
            () => term.screenText().split("\n").some((row) => row.trim() === said),
            SOON,
            `${said} alone`,
          );
        }
      }
    }),
);

testWith(
  [chromium],
  "the same in a page",
  onePage({}, async ({ viewer }) => {
    await viewer.type("export LC_ALL=C.UTF-8\r");
    for (const [line, left, typed, said] of EDITED) {
      await viewer.type(`clear; ${line}`);
      for (let i = 0; i < left; i++) await viewer.page.keyboard.press("ArrowLeft");
      await viewer.type(typed);
      await viewer.waitForText(new RegExp(`echo ${said}`), SOON);
      await viewer.type("\r");
      await viewer.waitForText(new RegExp(`^${said}$`, "m"), SOON);
    }
  }),
);
