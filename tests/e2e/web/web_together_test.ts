import assert from "node:assert/strict";
import { chromium, linux, testWith } from "../../support/needs.ts";
import { ViewerPage, withBrowser } from "../../support/browser.ts";
import { poll } from "../../support/deadline.ts";
import { Scene, SOON, START } from "../scene.ts";
import { PROMPT, webHost } from "./web_scene.ts";

/** Runs in the page: which rows go on in the next, where the links lead, and what part is in view. */
function readRows() {
  interface Line {
    readonly isWrapped: boolean;
    readonly _line: { readonly _extendedAttrs: Record<number, { urlId: number } | undefined> };
  }
  interface Shown {
    readonly buffer: {
      readonly active: { length: number; viewportY: number; baseY: number; getLine(y: number): Line };
    };
    readonly _core: {
      readonly _oscLinkService: { getLinkData(id: number): { readonly uri: string } | undefined };
    };
  }
  const { terminal } = document.getElementById("screen") as unknown as { terminal: Shown };
  const { active } = terminal.buffer;
  const lines = Array.from({ length: active.length }, (_, y) => active.getLine(y));
  const ids = new Set(
    lines.flatMap(({ _line }) => Object.values(_line._extendedAttrs).map((cell) => cell?.urlId ?? 0)),
  );
  ids.delete(0);
  return {
    wraps: lines.map(({ isWrapped }) => isWrapped),
    links: [...ids].map((id) => terminal._core._oscLinkService.getLinkData(id)?.uri),
    viewportY: active.viewportY,
    baseY: active.baseY,
  };
}

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

testWith(
  [chromium],
  "rows that are filled in later are the same cells, wraps and links as those that were printed here",
  () =>
    Scene.play(async (scene) => {
      const host = await webHost(scene, ["--size", "60x20"]);
      await withBrowser(async (browser) => {
        const first = await ViewerPage.open(browser, host.url);
        await first.waitForText(PROMPT, START);
        // Slowly enough that it comes byte by byte.
        const row = "\\e[3$((i%7+1));1mrow $i\\e[0m 日本 é \\e]8;;https://e.example/$i\\alink\\e]8;;\\a";
        await first.type(`clear; for i in {1..300}; do printf "${row}\\n"; sleep 0.002; done; seq -s, 200\r`);
        await first.waitForText(/,199,200\n\$/m, 2 * SOON);
        const late = await ViewerPage.open(browser, host.url);
        await late.waitForText(/,199,200\n\$/m, START);
        await late.waitForText(/^row 1 日本 é link$/m, 2 * SOON, true);
        const [there, here] = await Promise.all([first, late].map((page) => page.cells(true)));
        // What was printed before the program differs: one has seen the prompt typed.
        assert.deepEqual(here!.slice(-310), there!.slice(-310));
        const [wrapsThere, rows] = await Promise.all(
          [first, late].map((page) => page.page.evaluate(readRows)),
        );
        assert.deepEqual(rows!.wraps.slice(-310), wrapsThere!.wraps.slice(-310));
        assert.ok(rows!.wraps.includes(true));
        assert.equal(rows!.viewportY, rows!.baseY);
        assert.deepEqual(rows!.links, Array.from({ length: 300 }, (_, i) => `https://e.example/${i + 1}`));
        // New output goes on below.
        await first.type("echo $((6*7))\r");
        for (const page of [first, late]) await page.waitForText(/^42\n\$/m, SOON);
        assert.deepEqual(await late.cells(), await first.cells());
        assert.deepEqual(late.complaints, []);
      });
    }),
);
