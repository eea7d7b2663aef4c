import assert from "node:assert/strict";
import { chromium, testWith } from "../../support/needs.ts";
import type { Browser, ViewerPage } from "../../support/browser.ts";
import { SOON } from "../scene.ts";
import { eventually } from "./web_eventually.ts";
import { onePage } from "./web_scene.ts";

/** What a person grants in the browser's own dialog. */
const CLIPBOARD = { permissions: ["clipboard-read", "clipboard-write"] };

/** Plays with one page in a session of 80 x 24. */
const alone = (act: (viewer: ViewerPage, browser: Browser) => Promise<void>) =>
  onePage({ args: ["--size", "80x24"], page: CLIPBOARD }, async ({ viewer, browser }) => {
    await act(viewer, browser);
    assert.deepEqual(viewer.complaints, []);
  });

/** The middle of a cell, from 0, in the page's pixels. */
async function middle(viewer: ViewerPage, col: number, row: number): Promise<[x: number, y: number]> {
  return await viewer.page.evaluate(([col, row]) => {
    const { terminal } = document.getElementById("screen") as unknown as {
      terminal: { cols: number; rows: number };
    };
    const { left, top, width, height } = document.querySelector(".xterm-screen")!.getBoundingClientRect();
    return [left + (col! + 0.5) * width / terminal.cols, top + (row! + 0.5) * height / terminal.rows];
  }, [col, row]);
}

const clipboard = (viewer: ViewerPage) => viewer.page.evaluate(() => navigator.clipboard.readText());

testWith(
  [chromium],
  "a program that wants to set the clipboard (OSC 52) is allowed or not, and never reads it",
  alone(async (viewer) => {
    const offer = (text: string) => viewer.type(`printf '\\e]52;c;%s\\a' $(printf '${text}' | base64)\r`);
    const button = (name: string) => viewer.page.getByRole("button", { name, exact: true });
    await viewer.page.evaluate(() => navigator.clipboard.writeText("mine"));
    await offer("first");
    await viewer.page.getByText("wants to copy 5 characters").waitFor({ timeout: SOON });
    assert.equal(await clipboard(viewer), "mine");
    await button("Ignore").click();
    await offer("日本");
    await button("Copy").click();
    await eventually(() => clipboard(viewer), (text) => text === "日本", "the clipboard");
    // Asking for it gets no answer, from nobody.
    await viewer.type("clear; printf '\\e]52;c;?\\a'; read -rs -t 0.5 -n 1 got; echo \"got ($got)\"\r");
    await viewer.waitForText(/^got \(\)$/m, SOON);
    await offer("third");
    await button("Always").click();
    await offer("fourth");
    await eventually(() => clipboard(viewer), (text) => text === "fourth", "the clipboard");
    // The keyboard is the terminal's again.
    await viewer.type("clear; echo back\r");
    await viewer.waitForText(/^back$/m, SOON);
  }),
);

testWith(
  [chromium],
  "clicks, drags and the wheel go to a program that asks for them",
  alone(async (viewer) => {
    await viewer.type("clear; printf '\\e[?1002;1006h'; cat -v\r");
    await eventually(
      () => viewer.page.locator(".enable-mouse-events").count(),
      (count) => count === 1,
      "mouse mode",
    );
    await viewer.page.mouse.click(...await middle(viewer, 9, 4));
    // The terminal driver echoes ESC as ^[.
    await viewer.waitForText(/\^\[\[<0;10;5M\^\[\[<0;10;5m/, SOON);
    await viewer.page.mouse.move(...await middle(viewer, 20, 6));
    await viewer.page.mouse.down();
    await viewer.page.mouse.move(...await middle(viewer, 22, 7));
    await viewer.page.mouse.up();
    await viewer.waitForText(/\^\[\[<0;21;7M[^]*\^\[\[<32;23;8M[^]*\^\[\[<0;23;8m/, SOON);
    await viewer.page.mouse.wheel(0, 120);
    await viewer.waitForText(/\^\[\[<65;23;8M/, SOON);
    await viewer.page.keyboard.press("Control+c");
    await viewer.type("printf '\\e[?1002l'; clear; echo done\r");
    await viewer.waitForText(/^done$/m, SOON);
    const before = await viewer.text();
    await viewer.page.mouse.click(...await middle(viewer, 3, 3));
    await viewer.type("echo end\r");
    await viewer.waitForText(/^end$/m, SOON);
    assert.ok(!(await viewer.text()).includes("[<"), `a click was typed after ${before}`);
  }),
);

testWith(
  [chromium],
  "text is selected with the mouse and copied; Ctrl+C without a selection interrupts",
  alone(async (viewer) => {
    await viewer.type("clear; echo one two-three 日本 four\r");
    await viewer.waitForText(/^one two-three 日本 four$/m, SOON);
    const drag = async (from: number, to: number, row: number) => {
      await viewer.page.mouse.move(...await middle(viewer, from, row));
      await viewer.page.mouse.down();
      await viewer.page.mouse.move(...await middle(viewer, to, row));
      await viewer.page.mouse.up();
    };
    const row = (await viewer.text()).split("\n").indexOf("one two-three 日本 four");
    // A screen that comes anew on a busy machine, or with another link, lets go of what was selected: one tries again then.
    const select = (act: () => Promise<void>, wanted: string) =>
      eventually(async () => {
        await act();
        return await viewer.page.evaluate(() =>
          (document.getElementById("screen") as unknown as { terminal: { getSelection(): string } })
            .terminal.getSelection()
        );
      }, (text) =>
        text === wanted, "the selection");
    await select(() => drag(4, 18, row), "two-three 日本");
    await viewer.page.keyboard.press("Control+c");
    await eventually(() => clipboard(viewer), (text) => text === "two-three 日本", "what was copied");
    await select(async () => viewer.page.mouse.dblclick(...await middle(viewer, 1, row)), "one");
    await viewer.page.keyboard.press("Control+Shift+c");
    await eventually(() => clipboard(viewer), (text) => text === "one", "the word");
    // Its own word says that it has the terminal: a shell that is still starting it keeps the interrupt to itself.
    await viewer.type("sh -c 'echo up $((6*7)); exec cat'\r");
    await viewer.waitForText(/^up 42$/m, SOON);
    await viewer.page.keyboard.press("Control+c");
    await viewer.waitForText(/\^C\n\$/, SOON);
    assert.equal(await clipboard(viewer), "one");
    assert.ok(!/\^C[^]*\^C/.test(await viewer.text()), "copying was typed too");
  }),
);

testWith(
  [chromium],
  "two fingers and keys change the size of the letters, and nothing zooms the page",
  onePage({
    page: {
      viewport: { width: 800, height: 600 },
      isMobile: true,
      hasTouch: true,
    },
  }, async ({ viewer }) => {
    const letters = () =>
      viewer.page.evaluate(() =>
        (document.getElementById("screen") as unknown as { terminal: { options: { fontSize: number } } })
          .terminal.options.fontSize
      );
    const first = await letters();
    const { cols } = await viewer.size();
    for (let i = 0; i < 4; i++) await viewer.page.keyboard.press("Control+=");
    // As large as fits, and then, when the host has made the screen smaller, as large as chosen.
    await eventually(letters, (size) => size === first + 4, "four pixels more");
    await eventually(() => viewer.size(), (size) => size.cols < cols, "fewer columns in the same window");
    await viewer.page.keyboard.press("Control+0");
    await eventually(() => viewer.size(), (size) => size.cols === cols, "as many columns as before");
    await eventually(letters, (size) => size === first, "letters as at first");
    const fingers = await viewer.page.context().newCDPSession(viewer.page);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", apart?: number) =>
      fingers.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: apart === undefined
          ? []
          : [{ x: 400 - apart / 2, y: 250, id: 1 }, { x: 400 + apart / 2, y: 250, id: 2 }],
      });
    await touch("touchStart", 100);
    for (const apart of [120, 140, 160, 180, 200]) await touch("touchMove", apart);
    await touch("touchEnd");
    await eventually(letters, (size) => size > first * 1.5, "larger letters");
    assert.equal((await viewer.size()).cols, cols, "the host's size is not touched by a look at it");
    assert.equal(await viewer.page.evaluate(() => visualViewport!.scale), 1);
    // Larger than the window: the cursor stays in sight.
    await viewer.type(`clear; printf %${cols - 4}s; echo\r`);
    await viewer.type("x".repeat(cols - 6));
    await viewer.waitForText(/x{20}$/m, SOON);
    await eventually(
      () =>
        viewer.page.evaluate(() => {
          const { terminal } = document.getElementById("screen") as unknown as {
            terminal: { cols: number; buffer: { active: { cursorX: number } } };
          };
          const stage = document.getElementById("stage")!;
          const screen = document.querySelector(".xterm-screen")!.getBoundingClientRect();
          const x = screen.left + terminal.buffer.active.cursorX * screen.width / terminal.cols;
          return x >= 0 && x < stage.getBoundingClientRect().right;
        }),
      (inside) => inside,
      "the cursor in the window",
    );
    // And where it fits from the beginning on, the beginning is shown.
    const shift = () => viewer.page.evaluate(() => document.getElementById("stage")!.scrollLeft);
    await viewer.type("\x03");
    await viewer.waitForText(/^\$ ?$/m, SOON);
    await viewer.type(
      "stty -echo; printf '\\e[H\\e[999C'; read -rn1; printf '\\e[H\\e[2Jthere%25s'; read -rn1; stty echo\r",
    );
    await eventually(shift, (pixels) => pixels > 350, "the right end");
    await viewer.type(" ");
    await viewer.waitForText(/^there$/m, SOON);
    await eventually(shift, (pixels) => pixels === 0, "the beginning");
    await viewer.type(" ");
    assert.deepEqual(viewer.complaints, []);
  }),
);
