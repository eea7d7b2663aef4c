/** What the host's person sees beside the session: how to join, whenever it is wanted, and who comes and goes. */
import assert from "node:assert/strict";
import { linux, testWith } from "../../support/needs.ts";
import type { TerminalDriver } from "../../support/terminal_driver.ts";
import { Scene, SOON, START } from "../scene.ts";

/** A program that takes the whole screen, and shows what it is given. */
const FULL = (sequence: string) => ["sh", "-c", `stty -echo; printf '${sequence}full screen\\r\\n'; cat`];

/** Whether `code` is on the screen, on one row or over two. xterm.js keeps cells of its alternate screen that a narrower window hides. */
const shows = (term: TerminalDriver, code: string) =>
  term.screenText().split("\n").map((row) => row.slice(0, term.emulator.cols)).join("").includes(code);

const bar = (term: TerminalDriver, pattern: RegExp) =>
  term.waitFor(
    () => pattern.test(term.screenText().split("\n").at(-1)!),
    SOON,
    `${pattern} over the last row`,
  );

for (
  const [name, sequence] of [["alternate screen", "\\033[?1049h\\033[H"], [
    "an erased one",
    "\\033[H\\033[2J",
  ]]
) {
  testWith(
    [linux],
    `a program that takes the screen at once does not cover the code: ${name}`,
    () =>
      Scene.play(async (scene) => {
        const { term: host, code } = await scene.host({ command: FULL(sequence!) });
        await bar(host, /Enter, or the first who joins/);
        assert.ok(shows(host, code));
        host.type("\r");
        await host.waitForText(/^full screen$/m, SOON);
        assert.ok(!shows(host, code));
        host.type("typed\r");
        await host.waitForText(/^typed$/m, SOON);
        // The Enter that took the page away was not the program's.
        assert.match(host.screenText(), /^full screen\ntyped$/m);
        host.type("\x1ec");
        await bar(host, /Enter goes back/);
        assert.ok(shows(host, code));
        host.resize(60, 20);
        await host.waitFor(
          () => shows(host, code),
          SOON,
          "the code, folded",
        );
        host.type("\x1b");
        await host.waitForText(/^full screen\ntyped$/m, SOON);
        host.type("\x1e?");
        await host.waitForText(/c shows how to join/, SOON);
      }),
  );
}

testWith(
  [linux],
  "the first who joins takes the code away; the host sees who comes and who goes, for a moment",
  () =>
    Scene.play(async (scene) => {
      const { term: host, code, viewCode } = await scene.host({ command: FULL("\\033[?1049h\\033[H") });
      await bar(host, /Enter, or the first who joins/);
      const ada = scene.join(code, { args: ["--name", "Ada"] });
      await bar(host, /^ "Ada" joined and can type \(1 viewer\)$/);
      await host.waitForText(/^full screen$/m, SOON);
      const bob = scene.join(viewCode, { args: ["--name", 'Bob" left'] });
      await bar(host, /^ "Bob\\" left" joined and can watch \(2 viewers\)$/);
      await bar(host, /^full screen$/);
      ada.type("\x1e.");
      await bar(host, /^ "Ada" left \(1 viewer\)$/);
      ada.type("x");
      await bar(host, /^full screen$/);
      await host.waitForText(/^full screen$/m, SOON);
      bob.type("\x1e.");
      assert.equal((await bob.waitForExit(SOON)).code, 0);
    }),
);

testWith(
  [linux],
  "a shell's own start covers nothing, and nothing covers it",
  () =>
    Scene.play(async (scene) => {
      const { term: host, code } = await scene.host();
      await host.waitForText(/^\$ ?$/m, START);
      assert.ok(shows(host, code));
      host.type("clear; echo cleared\r");
      await host.waitForText(/^cleared\n\$ ?$/m, SOON);
      assert.doesNotMatch(host.screenText(), /Enter/);
    }),
);

testWith(
  [linux],
  "the host's menu is over the host's own screen alone, and its keys are the menu's",
  () =>
    Scene.play(async (scene) => {
      const { term: host, code } = await scene.host();
      const viewer = scene.join(code, { args: ["--name", "Ada"] });
      await viewer.waitForText(/^\$ ?$/m, START);
      host.type("\x1em");
      await host.waitForText(/^>1 "Ada" +types +direct/m, SOON);
      host.type("v");
      await viewer.waitForText(/what you type goes nowhere/, SOON);
      await host.waitForText(/^>1 "Ada" +watches/m, SOON);
      host.resize(40, 16);
      await host.waitForText(/^ l locks the door {2}c new codes$/m, SOON);
      host.type("zzz\x1b");
      await host.waitForText(/^\$ ?$/m, SOON);
      host.type("echo back $((6*7))\r");
      await viewer.waitForText(/^back 42$/m, SOON);
      assert.doesNotMatch(viewer.raw, /zzz|locks the door/);
      // Ada's code gave more than she has: it is another one, which her host's person may read.
      host.type("\x1ec");
      await host.waitForText(/Enter goes back/, SOON);
      assert.ok(!shows(host, code));
      host.type("\r\x1em");
      await host.waitForText(/^>1 "Ada"/m, SOON);
      host.type("kk");
      await viewer.waitForExit(SOON);
      assert.match(viewer.raw, /the host showed you out/);
      await host.waitForText(/nobody has joined/, SOON);
    }),
);

testWith(
  [linux],
  "--quiet: nobody who comes or goes is told of, and the first who joins takes the code away all the same",
  () =>
    Scene.play(async (scene) => {
      const { term: host, code } = await scene.host({
        args: ["--quiet"],
        command: FULL("\\033[?1049h\\033[H"),
      });
      await bar(host, /Enter, or the first who joins/);
      const viewer = scene.join(code, { args: ["--name", "Ada"] });
      await viewer.waitForText(/^full screen$/m, START);
      await host.waitForText(/^full screen$/m, SOON);
      viewer.type("typed\r");
      await host.waitForText(/^typed$/m, SOON);
      assert.doesNotMatch(host.raw, /joined and can/);
    }),
);
