import assert from "node:assert/strict";
import { linux, testWith } from "../../support/needs.ts";
import { assertSameScreen } from "../same_screen.ts";
import { Scene, SOON, START } from "../scene.ts";

/** What a program writes, as bash's printf takes it, and what must be in the bytes of the viewer's terminal. */
const SEEN: readonly (readonly [name: string, written: string, bytes: string])[] = [
  [
    "a hyperlink (OSC 8)",
    "\\e]8;;https://example.org/x\\e\\\\link\\e]8;;\\e\\\\",
    "\x1b]8;;https://example.org/x",
  ],
  ["the clipboard (OSC 52)", "\\e]52;c;aGVsbG8=\\a", "\x1b]52;c;aGVsbG8="],
  ["true colour", "\\e[38;2;1;2;3;48;2;250;251;252mtrue\\e[m", "38;2;1;2;3"],
  ["mouse mode", "\\e[?1002h\\e[?1006h", "\x1b[?1006h"],
  ["bracketed paste", "\\e[?2004h", "\x1b[?2004h"],
];

testWith(
  [linux],
  "what programs ask of a terminal reaches the viewer's: links, clipboard, colours, modes, bell, title",
  () =>
    Scene.play(async (scene) => {
      const { term: host, code } = await scene.host();
      const viewer = scene.join(code, { args: ["--clipboard", "allow"] });
      await viewer.waitForText(/^\$ ?$/m, START);
      viewer.type("clear\r");
      await host.waitForText(/^\$ ?$/, SOON);
      for (const [index, [name, written, bytes]] of SEEN.entries()) {
        viewer.type(`printf '${written}\\n'; echo after $((${index}+100))\r`);
        await host.waitForText(new RegExp(`^after ${index + 100}`, "m"), SOON);
        await viewer.waitFor(() => viewer.raw.includes(bytes), SOON, name);
        await assertSameScreen(host, viewer);
      }
      viewer.type("printf '\\e]2;a title\\a\\a'\r");
      await viewer.waitFor(
        () => viewer.bells === 1 && viewer.title === "a title",
        SOON,
        "a bell and a title",
      );
      await host.waitFor(() => host.bells === 1 && host.title === "a title", SOON, "the same at the host");
      viewer.type("clear; printf '你好 👩‍👩‍👧‍👦 e\\u0301 ﷽ \\e[1;3;4;7;9mall\\e[m|\\n'; echo wide $((6*7))\r");
      await host.waitForText(/^wide 42\n\$/m, SOON);
      await assertSameScreen(host, viewer);
      // Programs in raw mode (curses) write LF for one line down in the same column.
      viewer.type("clear; stty -opost; printf 'one\\ntwo\\nthree'; stty opost; echo; echo fed $((6*7))\r");
      await host.waitForText(/^one\n {3}two\n {6}three\nfed 42\n\$/, SOON);
      await assertSameScreen(host, viewer);
      viewer.type("printf '\\e[?1049h\\e[2J\\e[5;5Halternate'\r");
      await host.waitForText(/alternate\$/, SOON);
      await viewer.waitForText(/alternate\$/, SOON);
      assert.equal(viewer.emulator.buffer.active.type, "alternate");
      await assertSameScreen(host, viewer);
      viewer.type("\x15printf '\\e[?1049l'; echo normal $((6*7))\r");
      await host.waitForText(/^.*normal 42\n\$/m, SOON);
      await assertSameScreen(host, viewer);
    }),
);

testWith(
  [linux],
  "a viewer is asked before the host copies into its clipboard, and gets nothing that does more than show",
  () =>
    Scene.play(async (scene) => {
      const { term: host, code } = await scene.host();
      const viewer = scene.join(code);
      const denying = scene.join(code, { args: ["--clipboard", "deny"] });
      for (const one of [viewer, denying]) await one.waitForText(/^\$ ?$/m, START);
      const copy = (text: string) => host.type(`printf '\\e]52;c;${btoa(text)}\\a'; echo copied\r`);
      const got = (text: string) => viewer.raw.includes(`\x1b]52;c;${btoa(text)}`);
      copy("first");
      await viewer.waitForText(/copy 5 bytes to your clipboard: Ctrl-\^ c copies, a always$/m, SOON);
      viewer.type("\x1ec");
      await viewer.waitFor(() => got("first"), SOON, "the copy that was allowed");
      copy("a second");
      await viewer.waitForText(/copy 8 bytes/, SOON);
      assert.ok(!got("a second"));
      viewer.type("\x1ea");
      await viewer.waitFor(() => got("a second"), SOON, "the copy that was allowed");
      copy("the third");
      await viewer.waitFor(() => got("the third"), SOON, "a copy when all are allowed");
      host.type(
        "printf '\\e]50;#1\\a\\e[8;1;1t\\eP1;1|17/6c73\\e\\\\\\e[5i\\e]1337;OpenURL=:aGk=\\aend\\n'; echo over\r",
      );
      for (const one of [viewer, denying]) {
        await one.waitForText(/^over$/m, SOON);
        // deno-lint-ignore no-control-regex -- sequences begin with one
        assert.doesNotMatch(one.raw, /\x1b(\]50;|\[8;1;1t|P1;1\||\[5i|\]1337;)/);
      }
      assert.ok(!denying.raw.includes("\x1b]52;"));
    }),
);

testWith(
  [linux],
  "a paste into a viewer is bracketed, and its lines are not run",
  () =>
    Scene.play(async (scene) => {
      const { term: host, code } = await scene.host();
      const viewer = scene.join(code);
      await viewer.waitForText(/^\$ ?$/m, START);
      viewer.type("clear; echo here\r");
      // While a command runs it is off; a prompt comes behind it.
      await viewer.waitForText(/^here\n\$ ?$/, SOON);
      assert.ok(viewer.emulator.modes.bracketedPasteMode);
      viewer.paste("echo $((6*7))\necho $((7*7))");
      await host.waitForText(/^echo \$\(\(7\*7\)\)$/m, SOON);
      assert.ok(!/^42$/m.test(host.screenText()), host.screenText());
      viewer.type("\r");
      await host.waitForText(/^42\n49\n\$/m, SOON);
      await assertSameScreen(host, viewer);
    }),
);

testWith(
  [linux],
  "one answer to a query, however many watch; viewers' terminals are not asked",
  () =>
    Scene.play(async (scene) => {
      const { term: host, code } = await scene.host();
      const viewers = [scene.join(code), scene.join(code)];
      for (const viewer of viewers) await viewer.waitForText(/^\$ ?$/m, START);
      host.type(
        "clear; stty -echo; printf '\\e[6n\\e[c'; IFS= read -rdc -t 5 all; stty echo; echo; printf %s \"$all\" | tr -d '0-9' | od -An -c; echo asked $((6*7))\r",
      );
      await host.waitForText(/^asked 42/m, SOON);
      const text = host.screenText();
      assert.match(text, /033 +\[ +; +R +033 +\[ +\?/, text);
      for (const viewer of viewers) await assertSameScreen(host, viewer);
      // Anything that came late would stand on the command line now.
      host.type("echo quiet $((6*7))\r");
      await host.waitForText(/^\$ echo quiet \$\(\(6\*7\)\)\nquiet 42\n\$ ?$/m, SOON);
    }),
);
