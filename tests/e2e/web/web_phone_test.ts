import assert from "node:assert/strict";
import { chromium, testWith } from "../../support/needs.ts";
import type { ViewerPage } from "../../support/browser.ts";
import { SOON } from "../scene.ts";
import { eventually } from "./web_eventually.ts";
import { onePage } from "./web_scene.ts";

const PHONE = {
  viewport: { width: 390, height: 760 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
} as const;

/** Runs in the page: the letters, and the terminal's place in its window. */
function look() {
  const { terminal } = document.getElementById("screen") as unknown as {
    terminal: { options: { fontSize: number }; buffer: { active: { viewportY: number; baseY: number } } };
  };
  const { viewportY, baseY } = terminal.buffer.active;
  const { width, height, left } = document.querySelector(".xterm-screen")!.getBoundingClientRect();
  const stage = document.getElementById("stage")!;
  return {
    letters: terminal.options.fontSize,
    back: baseY - viewportY,
    width: width / stage.clientWidth,
    height: height / stage.clientHeight,
    left,
  };
}

/** A finger goes from one place to another, and leaves. */
async function swipe(viewer: ViewerPage, from: [number, number], to: [number, number]): Promise<void> {
  const fingers = await viewer.page.context().newCDPSession(viewer.page);
  const at = (part: number) => from.map((start, i) => start + (to[i]! - start) * part) as [number, number];
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", point?: [number, number]) =>
    fingers.send("Input.dispatchTouchEvent", {
      type,
      touchPoints: point ? [{ x: point[0], y: point[1], id: 1 }] : [],
    });
  await touch("touchStart", from);
  for (let step = 1; step <= 10; step++) await touch("touchMove", at(step / 10));
  await touch("touchEnd");
}

testWith(
  [chromium],
  "on a phone a finger scrolls back and forth, and is the wheel of a program that has the screen",
  onePage({ page: PHONE }, async ({ viewer }) => {
    await viewer.type("seq 1 300\r");
    await viewer.waitForText(/^300\n\$ ?$/m, SOON);
    await swipe(viewer, [200, 150], [200, 450]);
    const { back } = await eventually(
      () => viewer.page.evaluate(look),
      ({ back }) => back >= 14,
      "rows of history",
    );
    await swipe(viewer, [200, 150], [200, 500]);
    await eventually(() => viewer.page.evaluate(look), (now) => now.back > back + 14, "more of it");
    for (let i = 0; i < 4; i++) await swipe(viewer, [200, 550], [200, 100]);
    await eventually(() => viewer.page.evaluate(look), ({ back }) => back === 0, "the newest row");
    await viewer.type("clear; printf '\\e[?1000;1006h'; cat -v\r");
    await viewer.page.locator(".enable-mouse-events").waitFor({ state: "attached", timeout: SOON });
    await swipe(viewer, [200, 200], [200, 300]);
    await viewer.waitForText(/\^\[\[<64;\d+;\d+M/, SOON);
    await viewer.page.keyboard.press("Control+c");
    assert.deepEqual(viewer.complaints, []);
  }),
);

testWith(
  [chromium],
  "on a phone a large screen has letters that can be read: a finger moves it, two show all of it",
  onePage({ page: PHONE, args: ["--size", "120x40"] }, async ({ viewer }) => {
    const first = await eventually(
      () => viewer.page.evaluate(look),
      ({ letters }) => letters >= 10,
      "letters that can be read",
    );
    assert.ok(first.height > 0.8 && first.height <= 1, `the screen has ${first.height} of the height`);
    assert.ok(first.width > 1.5, `${first.width}`);
    await swipe(viewer, [350, 300], [60, 300]);
    await eventually(() => viewer.page.evaluate(look), ({ left }) => left < -100, "a screen that was moved");
    const fingers = await viewer.page.context().newCDPSession(viewer.page);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", apart?: number) =>
      fingers.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: apart === undefined
          ? []
          : [{ x: 195 - apart / 2, y: 250, id: 1 }, { x: 195 + apart / 2, y: 250, id: 2 }],
      });
    await touch("touchStart", 300);
    for (const apart of [240, 190, 150, 110, 80, 60, 40]) await touch("touchMove", apart);
    await touch("touchEnd");
    await eventually(() => viewer.page.evaluate(look), ({ width }) => width <= 1, "all of the screen");
    assert.deepEqual(viewer.complaints, []);
  }),
);

testWith(
  [chromium],
  "on a desktop a small screen has larger letters",
  onePage(
    { args: ["--size", "80x24"], page: { viewport: { width: 1280, height: 800 } } },
    async ({ viewer }) => {
      const { letters, width, height } = await eventually(
        () => viewer.page.evaluate(look),
        ({ letters }) => letters > 20,
        "larger letters",
      );
      assert.ok(
        width <= 1 && height <= 1 && Math.max(width, height) > 0.9,
        `${letters}: ${width} x ${height}`,
      );
    },
  ),
);

testWith(
  [chromium],
  "keys that phones lack, with Ctrl and Alt; a box to paste into where the page may not read the clipboard",
  onePage({
    page: PHONE,
    // As a page over plain http is.
    before: () => Object.defineProperty(navigator, "clipboard", { get: () => undefined }),
  }, async ({ viewer }) => {
    const tap = (name: string) => viewer.page.getByRole("button", { name, exact: true }).tap();
    await viewer.type("clear; cat -v\r");
    for (const name of ["Home", "End", "PgUp", "PgDn", "Delete"]) await tap(name);
    await viewer.waitForText(/\^\[\[H\^\[\[F\^\[\[5~\^\[\[6~\^\[\[3~/, SOON);
    await viewer.page.keyboard.press("Enter");
    await tap("Alt");
    await viewer.page.keyboard.type("b");
    await tap("Ctrl");
    await tap("Right");
    await tap("Ctrl");
    await tap("Alt");
    await tap("PgUp");
    await viewer.waitForText(/^\^\[b\^\[\[1;5C\^\[\[5;7~/m, SOON);
    await viewer.page.keyboard.press("Control+c");
    await viewer.type("clear\r");
    await tap("Paste");
    const box = viewer.page.getByRole("dialog", { name: "Paste" });
    await box.getByRole("textbox").fill("echo $((6*7))\necho $((7*7))\n");
    await box.getByRole("button", { name: "Type it" }).tap();
    // The shell takes a paste as one text.
    await viewer.waitForText(/^echo \$\(\(7\*7\)\)$/m, SOON);
    await viewer.page.keyboard.press("Enter");
    await viewer.waitForText(/^42\n[^]*^49$/m, SOON);
    await tap("Paste");
    await box.getByRole("button", { name: "Cancel" }).tap();
    await viewer.type("echo after\r");
    await viewer.waitForText(/^after$/m, SOON);
    assert.deepEqual(viewer.complaints, []);
  }),
);

testWith(
  [chromium],
  "on the smallest phone the bar and the keys fit their words",
  onePage({ page: { ...PHONE, viewport: { width: 320, height: 560 } } }, async ({ viewer }) => {
    await viewer.waitForText(/\$ ?$/, SOON);
    const cut = await eventually(
      () =>
        viewer.page.evaluate(() => {
          document.getElementById("status-text")!.textContent = "direct · 1234 ms";
          const all = [...document.querySelectorAll<HTMLElement>("#keys button, #bar button, #bar .chip")];
          return all.filter((element) => {
            const { left, right } = element.getBoundingClientRect();
            return element.scrollWidth > element.clientWidth || left < 0 || right > innerWidth;
          }).map((element) => element.innerText);
        }),
      (cut) => cut.length === 0,
      "no word that is cut",
    );
    assert.deepEqual(cut, []);
  }),
);
