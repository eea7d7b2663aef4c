import assert from "node:assert/strict";
import { linux, testWith } from "../../support/needs.ts";
import { assertSameScreen } from "../same_screen.ts";
import { Scene, SOON, START } from "../scene.ts";

/**
 * A program that has a terminal in every state at once, in bash's printf: the alternate screen, colours of all kinds, a
 * scroll region, mouse and paste modes, line drawing, application keys, a cursor in the middle.
 */
const STATE = [
  "\\e[?1049h\\e[2J\\e]2;late title\\a\\e[H",
  "\\e[1;31mred\\e[m \\e[38;5;200mpalette\\e[m \\e[48;2;9;8;7mtrue\\e[m \\e[4;9mstruck\\e[m 你好 👩‍👩‍👧‍👦\\r\\n",
  "\\e(0lqqqk\\e(B\\r\\n\\e[?1002h\\e[?1006h\\e[?2004h\\e[?1h\\e=\\e[?1004h",
  "\\e[5;10r\\e[44m\\e[8;20Hhere",
].join("");

testWith(
  [linux],
  "a late joiner has the exact screen: modes, cursor, colours, and what they do to the next output",
  () =>
    Scene.play(async (scene) => {
      const { term: host, code } = await scene.host();
      await host.waitForText(/^\$ ?$/m, START);
      // Without an echo from the first: a key may come before `read` does.
      host.type(
        `clear; stty -echo; printf '${STATE}'; read -rn1; printf '\\n\\n\\n\\n\\nscrolled'; read -rn1; stty echo\r`,
      );
      await host.waitForText(/here$/m, SOON);
      const viewer = scene.join(code);
      await viewer.waitForText(/here$/m, START);
      await assertSameScreen(host, viewer);
      assert.equal(viewer.title, "late title");
      assert.ok(viewer.raw.includes("\x1b[?1006h"), "SGR mouse reports");
      // The region holds the scrolling, the colour goes on.
      viewer.type("x");
      await host.waitForText(/scrolled/, SOON);
      await viewer.waitForText(/scrolled/, SOON);
      await assertSameScreen(host, viewer);
      viewer.type("x");
    }),
);

testWith(
  [linux],
  "a late joiner looks back as far as the host keeps",
  () =>
    Scene.play(async (scene) => {
      const { term: host, code } = await scene.host({ args: ["--scrollback", "30000"] });
      await host.waitForText(/^\$ ?$/m, START);
      host.type("clear; seq 1 25000\r");
      await host.waitForText(/^25000\n\$ ?$/m, SOON);
      const viewer = scene.join(code);
      await viewer.waitForText(/^25000\n\$ ?$/m, START);
      // Ctrl-^ [ looks back, g goes to the first line.
      viewer.type("\x1e[");
      await viewer.waitForText(/lines back/, SOON);
      viewer.type("g");
      await viewer.waitForText(/^1\n2\n3$/m, START);
      viewer.type("q");
      await viewer.waitForText(/^25000\n\$ ?$/m, SOON);
    }),
);
