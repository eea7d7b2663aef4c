import assert from "node:assert/strict";
import { chromium, linux, testWith } from "../support/needs.ts";
import { ViewerPage, withBrowser } from "../support/browser.ts";
import { poll } from "../support/deadline.ts";
import { Scene, SOON, START } from "./scene.ts";
import { webHost } from "./web_scene.ts";

const PROMPT = /^\$ ?$/m;

testWith(
  [chromium, linux],
  "two browsers and a terminal on one session show the same cells",
  () =>
    Scene.play(async (scene) => {
      const host = await webHost(scene, ["--size", "90x25"]);
      const terminal = scene.join(host.code, { cols: 90, rows: 25 });
      await withBrowser(async (browser) => {
        // One smaller than the screen, one larger: both show it whole.
        const small = await ViewerPage.open(browser, host.url, { viewport: { width: 500, height: 400 } });
        const large = await ViewerPage.open(browser, host.url, { viewport: { width: 1200, height: 800 } });
        for (const page of [small, large]) await page.waitForText(PROMPT, START);
        await terminal.waitForText(PROMPT, START);
        await small.type("clear; ls --color=always -la /; echo 日本 $((6*7))\r");
        await large.waitForText(/^日本 42\n\$/m, SOON);
        terminal.type("printf '\\e[7mlast\\e[0m\\n'\r");
        for (const page of [small, large]) await page.waitForText(/^last\n\$/m, SOON);
        await terminal.waitForText(/^last\n\$/m, SOON);
        const wanted = JSON.stringify(terminal.cells());
        for (const page of [small, large]) {
          assert.deepEqual(await page.size(), { cols: 90, rows: 25 });
          assert.equal(JSON.stringify(await page.cells()), wanted);
          assert.deepEqual(await page.cursor(), terminal.cursor());
          // Whole: the screen is inside the window.
          assert.ok(
            await page.page.evaluate(() => {
              const [screen, main] = ["screen", "main"].map((id) =>
                document.getElementById(id)!.getBoundingClientRect()
              );
              return screen!.width <= main!.width && screen!.height <= main!.height;
            }),
          );
        }
      });
    }),
);

testWith(
  [chromium],
  "10,000 lines printed before the join are there to scroll back to, each once, and can be searched",
  () =>
    Scene.play(async (scene) => {
      const host = await webHost(scene);
      await withBrowser(async (browser) => {
        const first = await ViewerPage.open(browser, host.url);
        await first.waitForText(PROMPT, START);
        await first.type("clear; seq 1 10000; echo done\r");
        await first.waitForText(/^10000\ndone\n\$/m, 2 * SOON);
        const late = await ViewerPage.open(browser, host.url);
        await late.waitForText(/^10000\ndone\n\$/m, START);
        for (const page of [late, first]) {
          const text = await page.waitForText(/^1\n2\n3\n/m, 2 * SOON, true);
          const numbers = text.split("\n").filter((line) => /^\d+$/.test(line)).map(Number);
          assert.deepEqual(numbers, Array.from({ length: 10_000 }, (_, i) => i + 1));
        }
        await late.page.keyboard.press("Control+Shift+F");
        await late.page.keyboard.type("4242");
        const selected = () =>
          late.page.evaluate(() =>
            (document.getElementById("screen") as unknown as { terminal: { getSelection(): string } })
              .terminal.getSelection()
          );
        let found = "";
        await poll(() => (void selected().then((text) => found = text), found === "4242"), SOON, "the match");
        await late.page.keyboard.press("Escape");
        // Back at the keyboard.
        await late.type("echo back\r");
        await late.waitForText(/^back$/m, SOON);
      });
    }),
);
