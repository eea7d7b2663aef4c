/** What comes from a viewer's terminal and is no key, or is a key of the program's too. */
import assert from "node:assert/strict";
import { linux, testWith } from "../../support/needs.ts";
import { Scene, SOON, START } from "../scene.ts";

/** Longer than the escape key waits, at a prompt too; ms. */
const WAITED = 1500;

testWith(
  [linux],
  "looking back stays while the program gets focus and mouse reports, and the wheel moves it",
  () =>
    Scene.play(async (scene) => {
      const { term: host, code } = await scene.host();
      await host.waitForText(/^\$ ?$/m, START);
      host.type("clear; seq 1 200; printf '\\e[?1004h\\e[?1003h\\e[?1006h'\r");
      await host.waitForText(/^200\n\$ ?$/m, SOON);
      const viewer = scene.join(code);
      await viewer.waitForText(/^200\n\$ ?$/m, START);
      viewer.type("\x1e[");
      const [, first] = await viewer.waitForText(/(\d+) lines back/, SOON);
      viewer.type("\x1b[O\x1b[I\x1b[<35;5;5M\x1b[5;1:3~\x1b[<64;5;5M");
      await viewer.waitForText(new RegExp(`${Number(first) + 3} lines back`), SOON);
      viewer.type("q");
      await viewer.waitForText(/^200\n\$ ?/m, SOON);
      assert.ok(viewer.raw.includes("\x1b[?1003h"), "the program has its mouse");
    }),
);

testWith(
  [linux],
  "the wheel and / move what is looked at where no program wants the mouse, and nothing of it reaches the shell",
  () =>
    Scene.play(async (scene) => {
      const { term: host, code } = await scene.host();
      await host.waitForText(/^\$ ?$/m, START);
      host.type("clear; seq 1 200\r");
      await host.waitForText(/^200\n\$ ?$/m, SOON);
      const viewer = scene.join(code);
      await viewer.waitForText(/^200\n\$ ?$/m, START);
      viewer.type("\x1e[");
      const [, first] = await viewer.waitForText(/(\d+) lines back/, SOON);
      await viewer.waitFor(() => viewer.emulator.modes.mouseTrackingMode === "vt200", SOON, "the wheel");
      viewer.type("\x1b[<64;5;5M");
      await viewer.waitForText(new RegExp(`${Number(first) + 3} lines back`), SOON);
      viewer.type("/");
      viewer.type("42\r");
      await viewer.waitForText(/^142$/m, SOON);
      viewer.type("n");
      await viewer.waitForText(/^42$/m, SOON);
      viewer.type("q");
      await viewer.waitForText(/^200\n\$ ?$/m, SOON);
      await viewer.waitFor(() => viewer.emulator.modes.mouseTrackingMode === "none", SOON, "no wheel");
      // As a terminal sends the wheel that has no reports: what is beyond the live screen is not the shell's.
      viewer.type("\x1e[");
      await viewer.waitForText(/lines back/, SOON);
      viewer.type("\x1b[B".repeat(40));
      await viewer.waitForText(/^200\n\$ ?$/m, SOON);
      viewer.type("echo $((6*7))\r");
      await host.waitForText(/^\$ echo .*\n42$/m, SOON);
    }),
);

testWith(
  [linux],
  "Ctrl-^ alone is vim's, and nothing of a paste is a command",
  () =>
    Scene.play(async (scene) => {
      await Deno.writeTextFile(`${scene.dir.path}/one`, "this is one\n");
      await Deno.writeTextFile(`${scene.dir.path}/two`, "this is two\n");
      const { term: host, code } = await scene.host({ cwd: scene.dir.path });
      await host.waitForText(/^\$ ?$/m, START);
      const viewer = scene.join(code);
      await viewer.waitForText(/^\$ ?$/m, START);
      viewer.type("vim -u NONE -N one\r");
      await viewer.waitForText(/this is one/, SOON);
      viewer.type(":e two\r");
      await viewer.waitForText(/this is two/, SOON);
      const began = performance.now();
      viewer.type("\x1e");
      await viewer.waitForText(/this is one/, SOON);
      assert.ok(performance.now() - began < WAITED, "without another key, in a moment");
      viewer.type("\x1e\x1e");
      await viewer.waitForText(/this is two/, SOON);
      viewer.type(":q!\r");
      await viewer.waitForText(/^\$ ?$/m, SOON);

      viewer.type("cat -v\r");
      viewer.type("\x1b[200~rec1\x1e.rec2\x1e[\x1b[201~\r");
      await viewer.waitForText(/rec1\^\^\.rec2\^\^\[/, SOON);
      viewer.type("rec3\x1e.rec4\r");
      await viewer.waitForText(/rec3\^\^\.rec4/, SOON);
      viewer.type("\x03");
      viewer.type("\x1e?");
      await viewer.waitForText(/\. leaves/, SOON);
      viewer.type("\x1e.");
      assert.equal((await viewer.waitForExit(SOON)).code, 0);
      assert.match(viewer.screenText(), /the session goes on/);
    }),
);
