import assert from "node:assert/strict";
import { linux, program, testWith } from "../../support/needs.ts";
import type { TerminalDriver } from "../../support/terminal_driver.ts";
import { assertSameScreen } from "../same_screen.ts";
import { Scene, SOON, START } from "../scene.ts";

interface Program {
  readonly needs: string;
  /** Typed by the viewer to start it, and what then stands on the screen. */
  readonly start: string;
  readonly shows: RegExp;
  /** What the viewer does in it, step by step, and what each shows. */
  readonly steps: readonly (readonly [keys: string, shows: RegExp])[];
  /** How to leave it, back to the prompt. */
  readonly leave: string;
}

const PROGRAMS: readonly Program[] = [
  {
    needs: "vim",
    start: "vim -u NONE -N --not-a-term notes.txt",
    shows: /^~$/m,
    steps: [
      ["ihello 你好 🎉 wide\x1b", /^hello 你好 🎉 wide$/m],
      [":set number\r", /1 hello/],
      ["yy5p", /6 hello/],
      [":split\r", /notes\.txt/],
    ],
    leave: ":qa!\r",
  },
  {
    needs: "less",
    start: "seq 1 500 | less",
    shows: /^23\n:/m,
    steps: [[" ", /^46\n:/m], ["/399\r", /^399$/m], ["G", /^500\n\(END\)/m]],
    leave: "q",
  },
  {
    needs: "tmux",
    start: "tmux -f /dev/null new-session 'bash --norc --noprofile'",
    shows: /^\[0\]/m,
    steps: [["\x02%", /│/], ["echo right $((6*7))\r", /right 42/], ['\x02"', /─/]],
    leave: "tmux kill-server\r",
  },
  {
    needs: "python3",
    start: "python3 -q",
    shows: /^>>> ?$/m,
    steps: [["print('x' * 7, 6 * 7)\r", /^xxxxxxx 42$/m], ["'\\N{SNOWMAN}'\r", /^'☃'$/m]],
    leave: "exit()\r",
  },
];

for (const { needs, start, shows, steps, leave } of PROGRAMS) {
  testWith(
    [linux, program(needs)],
    `${needs} looks and works as if local`,
    () =>
      Scene.play(async (scene) => {
        const { term: host, code } = await scene.host({
          cwd: scene.dir.path,
          env: { TMUX_TMPDIR: scene.dir.path, TMUX: undefined },
        });
        const viewer = scene.join(code);
        await viewer.waitForText(/^\$ ?$/m, START);
        viewer.type("clear\r");
        await host.waitForText(/^\$ ?$/, SOON);
        viewer.type(`${start}\r`);
        const both = async (pattern: RegExp) => {
          await host.waitForText(pattern, SOON);
          await viewer.waitForText(pattern, SOON);
          await assertSameScreen(host, viewer);
        };
        await both(shows);
        for (const [keys, pattern] of steps) {
          viewer.type(keys);
          await both(pattern);
        }
        viewer.type(leave);
        await host.waitFor(() => host.emulator.buffer.active.type === "normal", SOON, "the normal screen");
        viewer.type("echo back $((6*7))\r");
        await both(/^back 42\n\$ ?$/m);
      }),
  );
}

testWith([linux, program("htop")], "htop runs, and gives the screen back", () =>
  Scene.play(async (scene) => {
    const { term: host, code } = await scene.host();
    const viewer = scene.join(code);
    await viewer.waitForText(/^\$ ?$/m, START);
    viewer.type("clear; htop -d 100 -p $$\r");
    const running = (term: TerminalDriver) => term.waitForText(/F10Quit/, SOON);
    await running(host);
    await running(viewer);
    await assertSameScreen(host, viewer);
    // A click on F10, as SGR mouse reports it: htop asked for the mouse, and the viewer's terminal has it on.
    assert.notEqual(viewer.emulator.modes.mouseTrackingMode, "none");
    const column = /^(.*)F10/m.exec(viewer.screenText())![1]!.length + 2;
    viewer.type(`\x1b[<0;${column};24M\x1b[<0;${column};24m`);
    await host.waitForText(/^\$ ?$/m, SOON);
    await assertSameScreen(host, viewer);
    assert.equal(viewer.emulator.modes.mouseTrackingMode, "none");
  }));
