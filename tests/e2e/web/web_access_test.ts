import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { chromium, testWith } from "../../support/needs.ts";
import { findings } from "../../support/axe.ts";
import { ViewerPage, withBrowser } from "../../support/browser.ts";
import { TempDir } from "../../support/temp_dir.ts";
import { Scene, SOON, START } from "../scene.ts";
import { onePage, PROMPT, webHost } from "./web_scene.ts";

for (const colorScheme of ["dark", "light"] as const) {
  testWith(
    [chromium],
    `nothing hinders people in the lobby, the session, its panel and settings (${colorScheme})`,
    () =>
      Scene.play(async (scene) => {
        const host = await webHost(scene);
        await withBrowser(async (browser) => {
          const viewer = await ViewerPage.open(browser, host.url.split("#")[0]!, { colorScheme });
          await viewer.page.waitForSelector("#lobby:not([hidden])", { timeout: START });
          assert.deepEqual(await findings(viewer), []);
          await viewer.page.fill("#lobby-secret", host.url.split("#")[1]!);
          await viewer.page.keyboard.press("Enter");
          await viewer.waitForText(PROMPT, START);
          assert.deepEqual(await findings(viewer), []);
          // By keyboard alone: out of the terminal, along the buttons, into the settings and back.
          await viewer.page.keyboard.press("Control+Shift+ArrowDown");
          const focused = () => viewer.page.evaluate(() => document.activeElement?.id);
          assert.equal(await focused(), "open-search");
          for (let i = 0; i < 4; i++) await viewer.page.keyboard.press("Tab");
          assert.equal(await focused(), "status");
          await viewer.page.keyboard.press("Enter");
          await viewer.page.waitForSelector("#panel:not([hidden])");
          await viewer.page.keyboard.press("Shift+Tab");
          await viewer.page.keyboard.press("Enter");
          await viewer.page.waitForSelector("#settings[open]");
          assert.deepEqual(await findings(viewer), []);
          await viewer.page.getByLabel("Colours").selectOption("contrast");
          await viewer.page.getByLabel("Read the screen aloud").check();
          await viewer.page.keyboard.press("Escape");
          await viewer.page.waitForSelector(".xterm-accessibility-tree", {
            state: "attached",
            timeout: SOON,
          });
          await viewer.page.evaluate(() => document.getElementById("lost")!.hidden = false);
          assert.deepEqual(await findings(viewer), []);
          await viewer.type("exit\r");
          await viewer.page.waitForSelector("#over:not([hidden])", { timeout: SOON });
          assert.deepEqual(await findings(viewer), []);
        });
      }),
  );
}

for (const colorScheme of ["dark", "light"] as const) {
  testWith(
    [chromium],
    `nothing hinders people in the files' panel, with a file that went, one that failed and a chip of a port (${colorScheme})`,
    async () => {
      await using dir = await TempDir.create();
      const args = ["--files", dir.tmp, "--forward", "any"];
      await onePage({ args, page: { colorScheme } }, async ({ viewer }) => {
        const { page } = viewer;
        using server = Deno.listen({ hostname: "127.0.0.1", port: 0 });
        const { port } = server.addr;
        await viewer.type(`echo http://localhost:${port}/\r`);
        const chip = page.locator("#offers button").filter({ hasText: `localhost:${port}` });
        await chip.waitFor({ timeout: SOON });
        // By keyboard alone: the panel, and a path.
        await page.locator("#open-files").focus();
        await page.keyboard.press("Enter");
        await page.waitForSelector("#files:not([hidden])", { timeout: SOON });
        assert.deepEqual(await findings(viewer), []);
        await page.getByPlaceholder("path/of/a/file").fill("../none");
        await page.keyboard.press("Enter");
        await page.setInputFiles("#file-chooser", [{
          name: "a file.txt",
          mimeType: "text/plain",
          buffer: Buffer.alloc(1000),
        }]);
        const row = (words: RegExp) => page.locator("#transfers li").filter({ hasText: words });
        await row(/a file\.txt.*Done/s).waitFor({ timeout: SOON });
        await row(/none/).waitFor({ timeout: SOON });
        assert.deepEqual(await findings(viewer), []);
        await chip.focus();
        assert.match(
          await chip.evaluate((button) => button.getAttribute("aria-label") ?? button.textContent!),
          new RegExp(`${port}`),
        );
        assert.deepEqual(viewer.complaints, []);
      })();
    },
  );
}

testWith(
  [chromium],
  "on a phone: keys of its own, a screen that fits, nothing that zooms",
  onePage({
    page: {
      viewport: { width: 390, height: 760 },
      deviceScaleFactor: 3,
      isMobile: true,
      hasTouch: true,
    },
  }, async ({ viewer }) => {
    const key = (name: string) => viewer.page.getByRole("button", { name, exact: true }).tap();
    await viewer.page.keyboard.type("echo one two");
    await key("Left");
    await viewer.page.keyboard.press("Backspace");
    await viewer.page.keyboard.type("w");
    await key("Ctrl");
    await viewer.page.keyboard.type("a");
    await viewer.page.keyboard.type("printf %s $((6*7)); ");
    await key("Ctrl");
    await viewer.page.keyboard.type("e");
    await key("Pipe");
    await viewer.page.keyboard.type(" cat");
    await viewer.page.keyboard.press("Enter");
    await viewer.waitForText(/^42one two$/m, SOON);
    const wide = await viewer.page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.ok(!wide, "the page is wider than the phone");
    const letters = await viewer.page.evaluate(() =>
      getComputedStyle(document.querySelector("textarea")!).fontSize
    );
    assert.equal(letters, "16px", "iOS zooms into smaller fields");
    // Whoever typed last decides the size, so that the screen fills the window.
    await viewer.page.waitForSelector('#app[data-fit="exact"]', { timeout: SOON });
    // The panel covers the bar here, and has its own way out.
    await viewer.page.tap("#status");
    await key("Close");
    await viewer.page.waitForSelector("#panel", { state: "hidden", timeout: SOON });
    await viewer.page.tap("#screen");
    // Away and back: still there.
    await viewer.page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await viewer.page.keyboard.type("echo back\r");
    await viewer.waitForText(/^back$/m, SOON);
    const manifest = await viewer.page.evaluate(async () => {
      const link = document.querySelector<HTMLLinkElement>('link[rel="manifest"]')!;
      return await (await fetch(link.href)).json();
    });
    assert.equal(manifest.display, "standalone");
    assert.deepEqual(viewer.complaints, []);
  }),
);
