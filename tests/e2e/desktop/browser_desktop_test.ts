/** `--desktop browser`: one Chromium here captures, another one there sees it; nothing but the two has the picture. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { chromium as needsChromium, testWith } from "../../support/needs.ts";
import { type Browser, openBrowser, withBrowser } from "../../support/browser.ts";
import { headless, hostEvent } from "../headless.ts";
import { Scene, SOON } from "../scene.ts";
import { type InPage, openDesktopPage } from "./desktop_scene.ts";

/** Chromium's own answer to the question what to share, where nobody is to ask. */
const CAPTURES = ["--auto-select-tab-capture-source-by-title=coloured"];
const COLOUR = "#20c020";

testWith(
  [needsChromium],
  "a browser's capture is seen in another browser, as video, and can't be used",
  () =>
    Scene.play(async (scene) => {
      const host = await headless(scene, { args: ["--desktop", "browser"] });
      const { message = "" } = await hostEvent(
        host,
        ({ event }) => event === "notice",
        SOON,
        "where to choose",
      );
      const url = /http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\//.exec(message)?.[0];
      assert.ok(url, message);
      assert.equal((await fetch(new URL("/", url))).status, 404, "nothing but the page");
      const capturing = await openBrowser(...CAPTURES);
      try {
        await using early = await waiting(capturing, host.ready.url);
        const context = await capturing.newContext();
        const coloured = await context.newPage();
        await coloured.setContent(
          `<title>coloured</title><body style="background:${COLOUR}"><p id="n"></p><script>let n=0;setInterval(()=>document.getElementById("n").textContent=n++,50)</script>`,
        );
        const page = await context.newPage();
        await page.goto(url);
        await page.getByRole("button").click();
        await page.getByText(/Leave this page open/).waitFor({ timeout: SOON });
        await early.page.waitForSelector("#desktop", { timeout: SOON });
        await early.page.context().close();
        await withBrowser(async (browser) => {
          const viewer = await openDesktopPage(browser, host.ready.url);
          await viewer.waitForColour(COLOUR);
          const { settings, path } = await viewer.page.evaluate(() => {
            const { desktop } = globalThis as unknown as InPage;
            return { settings: desktop.settings, path: desktop.path };
          });
          assert.deepEqual([settings.input, settings.clipboard, path.how], [false, "none", "video"]);
          await page.getByText("1 viewer sees it").waitFor({ timeout: SOON });
        });
      } finally {
        await capturing.close();
      }
    }),
);

/** A viewer's page that came before anybody chose what to share, and has waited for half a minute. */
async function waiting(browser: Browser, url: string): Promise<{ readonly page: Page } & AsyncDisposable> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(url);
  await page.getByText(/has not chosen yet/).waitFor({ timeout: SOON });
  await page.clock.fastForward(30_000);
  return { page, [Symbol.asyncDispose]: () => context.close() };
}
