import assert from "node:assert/strict";
import type { TerminalDriver } from "../../support/terminal_driver.ts";
import { linux, program, testWith } from "../../support/needs.ts";
import { BEACH, Scene, SHELL, SOON, START } from "../scene.ts";

const COLOURS: Record<string, string> = {
  "10": "rgb:0000/0000/0000",
  "11": "rgb:ffff/ffff/ffff",
  "12": "rgb:ffff/0000/0000",
};

/** A terminal that is black on white, and says so. */
function white(term: TerminalDriver): void {
  for (const [code, colour] of Object.entries(COLOURS)) {
    term.emulator.parser.registerOscHandler(Number(code), (data) => {
      if (data === "?") term.type(`\x1b]${code};${colour}\x1b\\`);
      return true;
    });
  }
}

testWith(
  [linux, program("vim")],
  "programs are told the colours of the host's terminal, and keys meanwhile are not lost",
  () =>
    Scene.play(async (scene) => {
      const host = scene.terminal([...BEACH, "host", "--", ...SHELL]);
      white(host);
      // As soon as keys are read, before the shell is there.
      await host.waitFor(() => host.raw.includes("\x1b]11;?"), START, "the question");
      host.type("echo early $((6*7))\r");
      await host.waitForText(/^early 42$/m, START);
      const ask = (query: string) =>
        host.type(
          `clear; stty -echo; IFS= read -rs -t 5 -d "$(printf '\\\\\\n')" -p $'${query}' a; stty echo; printf '<%q>\\n' "$a"\r`,
        );
      ask("\\e]11;?\\e\\\\");
      await host.waitForText(/rgb:ffff\/ffff\/ffff/, SOON);
      ask("\\e]12;?\\e\\\\");
      await host.waitForText(/rgb:ffff\/0000\/0000/, SOON);
      // Asked for its version too, a terminal would be asked for capabilities, and answer when vim has ended.
      host.type("clear; vim --clean --cmd 'set t_RV='\r");
      await host.waitForText(/^~$/m, SOON);
      host.type(":set bg?\r");
      await host.waitForText(/background=light/, SOON);
      host.type(":q!\r");
      await host.waitFor(() => host.emulator.buffer.active.type === "normal", SOON, "the end of vim");
      host.type("exit\r");
      await host.waitForExit(SOON);
      assert.doesNotMatch(host.screenText(), /rgb:[^f]|\[\?/);
    }),
);

testWith(
  [linux],
  "a terminal that tells no colours is taken for a dark one; its answers stay out of what follows",
  () =>
    Scene.play(async (scene) => {
      // Over before the terminal's answer can come: it must not be typed into the next command.
      const term = scene.terminal([
        "sh",
        "-c",
        `${BEACH.map((part) => `'${part}'`).join(" ")} host -- true; echo over; exec cat`,
      ]);
      await term.waitForText(/^over$/m, START);
      term.type("typed\r");
      await term.waitForText(/^typed$/m, SOON);
      assert.doesNotMatch(term.screenText(), /\[\?|\]1/);
    }),
);
