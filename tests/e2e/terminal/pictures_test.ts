/** Pictures in `beach join`: in terminals that show none, of the host's size and of another, and in one that shows sixel. */
import assert from "node:assert/strict";
import { linux, testWith } from "../../support/needs.ts";
import { iterm, kitty, png, sixel } from "../../support/pictures.ts";
import { Scene, SOON, START } from "../scene.ts";

testWith(
  [linux],
  "viewers in terminals show a picture's box in its cells, and what follows where the host has it, at once and later",
  () =>
    Scene.play(async (scene) => {
      const { term: host, code } = await scene.host();
      const same = scene.join(code);
      const smaller = scene.join(code);
      for (const one of [same, smaller]) await one.waitForText(/^\$ ?$/m, START);
      smaller.resize(70, 20);
      const file = scene.dir.join("pictures");
      const pictures = [sixel(100, 60), iterm(png(120, 60)), kitty(png(140, 60))];
      await Deno.writeTextFile(file, `before\n${pictures.join("\n")}\nafter\n`);
      host.type(`clear; cat ${file}\r`);
      const boxes = ["┌────────┐", "┌──────────┐", "┌────────────┐"]
        .map((top) => `${top}\n│ +│\n└${top.slice(1, -1)}┘\n`);
      const screen = new RegExp(`^before\n${boxes.join("")}after\n\\$ ?$`);
      const later = scene.join(code);
      for (const one of [same, smaller, later]) {
        await one.waitForText(screen, SOON);
        // deno-lint-ignore no-control-regex -- sequences begin with one
        assert.doesNotMatch(one.raw, /\x1bP[0-9;]*q|\x1b\]1337;|\x1b_|beach-picture/);
      }
      host.type("clear; echo plain\r");
      for (const one of [same, smaller, later]) await one.waitForText(/^plain\n\$ ?$/, SOON);
    }),
);

testWith(
  [linux],
  "a terminal that says that it shows sixel is asked once, and gets the picture in its own cells, fetched if it came before",
  () =>
    Scene.play(async (scene) => {
      const { term: host, code } = await scene.host();
      await host.waitForText(/\$ ?$/m, START);
      const file = scene.dir.join("picture");
      await Deno.writeTextFile(file, `${sixel(100, 60)}\n`);
      host.type(`clear; cat ${file}; echo end\r`);
      await host.waitForText(/^end$/m, SOON);
      const viewer = scene.join(code);
      const { emulator } = viewer;
      let asked = 0;
      emulator.options.windowOptions = { getCellSizePixels: true };
      emulator.parser.registerCsiHandler({ final: "c" }, () => {
        asked++;
        emulator.input("\x1b[?62;4;22c", false);
        return true;
      });
      emulator.parser.registerCsiHandler({ final: "t" }, (params) => {
        if (params[0] === 16) emulator.input("\x1b[6;16;8t", false);
        return params[0] === 16;
      });
      await viewer.waitFor(() => viewer.raw.includes('P0;1;0q"1;1;80;48#0;2;0;100;0'), START, "the picture");
      await viewer.waitForText(/^end\n\$ ?$/m, SOON);
      host.type("echo more\r");
      await viewer.waitForText(/^more\n\$ ?$/m, SOON);
      assert.equal(asked, 1);
      assert.equal(viewer.raw.split("P0;1;0q").length, 2, "it is drawn once");
    }),
);
