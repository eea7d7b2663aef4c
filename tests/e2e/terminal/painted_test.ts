/** A viewer that is painted is no lesser terminal: its scrollback fills, long lines are one, and it is left as a terminal is. */
import assert from "node:assert/strict";
import type { TerminalDriver } from "../../support/terminal_driver.ts";
import { linux, testWith } from "../../support/needs.ts";
import { Scene, SOON, START } from "../scene.ts";

/** Scrollback and screen, rows that go on in the next put together. */
function lines({ emulator }: TerminalDriver): string[] {
  const buffer = emulator.buffer.normal;
  const out: string[] = [];
  for (let y = 0; y < buffer.baseY + emulator.rows; y++) {
    const line = buffer.getLine(y)!;
    const text = line.translateToString(!buffer.getLine(y + 1)?.isWrapped);
    if (line.isWrapped && out.length > 0) out.push(out.pop()! + text);
    else out.push(text);
  }
  return out.map((line) => line.trimEnd());
}

testWith(
  [linux],
  "painted viewers, in a wider window and while keys are guessed, have the session's scrollback once, and lines in one piece",
  () =>
    Scene.play(async (scene) => {
      const { term: host, code } = await scene.host();
      const wide = scene.join(code, { cols: 90, rows: 30 });
      const guessing = scene.join(code, { args: ["--predict", "always"] });
      for (const viewer of [wide, guessing]) await viewer.waitForText(/^\$ ?$/m, START);
      const address = `https://example.org/${"a".repeat(100)}`;
      guessing.type(
        `clear; seq -f 'row %g' 1 60; printf '%s%s\\n' https://example.org/ ${
          "a".repeat(100)
        }; seq -f 'end %g' 1 30\r`,
      );
      for (const viewer of [wide, guessing]) {
        await viewer.waitForText(/^end 30\n\$ ?$/m, SOON);
        const rows = lines(viewer).filter((line) => /^(row|end) \d+$/.test(line));
        const wanted = [
          ...Array.from({ length: 60 }, (_, i) => `row ${i + 1}`),
          ...Array.from({ length: 30 }, (_, i) => `end ${i + 1}`),
        ];
        assert.deepEqual(rows, wanted);
      }
      assert.ok(lines(guessing).includes(address), "a line that is copied as one");
      // A line over the screen, a full-screen program and looking back leave no copies.
      guessing.type("\x1e?");
      await guessing.waitForText(/escape|Ctrl-\^/, SOON);
      guessing.type("less /etc/passwd\r");
      await guessing.waitForText(/root:/, SOON);
      guessing.type("q");
      await guessing.waitForText(/^end 30$/m, SOON);
      guessing.type("\x1e[");
      await guessing.waitForText(/lines back/, SOON);
      guessing.type("q");
      await guessing.waitForText(/^(?![^]*lines back)/, SOON);
      guessing.type("echo back $((6*7))\r");
      await guessing.waitForText(/^back 42\n\$ ?$/m, SOON);
      assert.equal(lines(guessing).filter((line) => line === "end 30").length, 1);
      assert.equal(lines(guessing).filter((line) => line === "row 7").length, 1);
      // Left, the terminal keeps what was shown.
      wide.type("\x1e.");
      assert.equal((await wide.waitForExit(SOON)).code, 0);
      assert.equal(wide.emulator.buffer.active.type, "normal");
      assert.equal(lines(wide).filter((line) => line === "end 30").length, 1);
      host.type("exit\r");
      await guessing.waitForExit(SOON);
    }),
);
