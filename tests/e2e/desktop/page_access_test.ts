/** Nothing of a shown desktop hinders people. */
import assert from "node:assert/strict";
import { testWith } from "../../support/needs.ts";
import { findings } from "../../support/axe.ts";
import { jpegOf } from "./plain_images.ts";
import { SOON } from "../scene.ts";
import { desktopPage, PAINTED } from "./desktop_page.ts";

for (const colorScheme of ["dark", "light"] as const) {
  for (const view of [false, true]) {
    testWith(
      PAINTED,
      `nothing hinders people at a desktop, its menus, numbers and settings (${colorScheme}, ${
        view ? "view" : "use"
      })`,
      desktopPage(
        {
          view,
          page: { colorScheme, viewport: { width: 1280, height: 700 } },
          kind: { settings: { audio: true } },
        },
        async ({ host, page, viewer }) => {
          await host.paint({ x: 0, y: 0, width: 640, height: 360, jpeg: await jpegOf("gray", 640, 360) });
          assert.deepEqual(await findings(viewer), []);
          await page.getByRole("button", { name: "Numbers" }).click();
          await page.locator("#desktop-hud").filter({ hasText: "Age" }).waitFor({ timeout: SOON });
          await page.getByRole("button", { name: "Pictures and settings" }).click();
          assert.deepEqual(await findings(viewer), []);
          await page.getByRole("menuitem", { name: /Settings/ }).click();
          await page.getByRole("dialog", { name: "Settings of the desktop" }).waitFor({ timeout: SOON });
          assert.deepEqual(await findings(viewer), []);
          await page.keyboard.press("Escape");
          if (!view) {
            await page.getByRole("button", { name: "Keys", exact: true }).click();
            // By keyboard: down the menu, out of it, and along the buttons.
            await page.keyboard.press("ArrowDown");
            const focused = () =>
              page.evaluate(() => document.activeElement?.textContent || document.activeElement?.ariaLabel);
            assert.equal(await focused(), "Ctrl-Alt-Backspace");
            assert.deepEqual(await findings(viewer), []);
            await page.keyboard.press("Escape");
            assert.equal(await focused(), "Keys");
          }
          await host.say({ typist: "Ada" });
          host.reset("gone", "the X server ended");
          assert.deepEqual(await findings(viewer), []);
        },
      ),
    );
  }
}
