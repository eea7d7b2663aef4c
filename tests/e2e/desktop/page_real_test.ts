/** The viewer's page at a real host's desktop: seen, typed into, and left by its tabs. */
import assert from "node:assert/strict";
import { ViewerPage } from "../../support/browser.ts";
import { testWith } from "../../support/needs.ts";
import { SOON, START } from "../scene.ts";
import { eventually } from "../web/web_eventually.ts";
import { inPage } from "./desktop_page.ts";
import { DESKTOP, playDesktop, waitForWindow } from "./desktop_scene.ts";

testWith(
  DESKTOP,
  "the page shows a real desktop as video beside its terminal; what is typed and clicked there arrives",
  () =>
    playDesktop(async ({ scene, host, browser }) => {
      const typed = scene.dir.join("typed");
      void host.sh(`exec xterm -u8 -geometry 70x20+0+0 -e sh -c 'cat > ${typed}' 2>/dev/null`).catch(
        () => {},
      );
      const viewer = await ViewerPage.open(browser, host.ready.url, {
        viewport: { width: 1300, height: 700 },
      });
      const { page } = viewer;
      await page.waitForSelector("#desktop", { timeout: START });
      await eventually(
        () =>
          page.evaluate(() => {
            const video = document.querySelector<HTMLVideoElement>(".desktop-screen > video")!;
            return [getComputedStyle(video).visibility, video.videoWidth];
          }),
        ([visibility, width]) => visibility === "visible" && width === 640,
        "the desktop's video",
        START,
      );
      await waitForWindow(host, "xterm");
      await page.mouse.click(...await inPage(page, 100, 60));
      await page.keyboard.type("Hi there");
      await page.keyboard.insertText(" ß日😀");
      await page.keyboard.press("Enter");
      await eventually(
        () => Deno.readTextFile(typed).catch(() => ""),
        (text) => text === "Hi there ß日😀\n",
        "what was typed",
      );
      // The host's own pointer, drawn here; the browser's is not needed.
      await page.waitForSelector(".desktop-screen[data-pointer]", { timeout: SOON });
      await page.getByRole("button", { name: "Numbers" }).click();
      await page.locator("#desktop-hud").filter({
        hasText: /Age\s*[\d.]+ ms[^]*Path\s*video, direct[^]*Encoder\s*\S/,
      })
        .waitFor({ timeout: SOON });
      const heights = await page.locator("#desktop-hud dd").evaluateAll((lines) =>
        lines.map(({ clientHeight }) => clientHeight)
      );
      assert.ok(Math.max(...heights) < 2 * Math.min(...heights), `a number has two lines: ${heights}`);
      // The terminal beside it is the same session's.
      await page.locator("#stage").click();
      await page.keyboard.type("echo $((6*7))\n");
      await viewer.waitForText(/^42$/m, SOON);
      assert.deepEqual(viewer.complaints, []);
    }),
);
