/** A desktop without a terminal beside it, whose display goes away: the session is over, and its viewers are told so. */
import assert from "node:assert/strict";
import { ViewerPage, withBrowser } from "../../../support/browser.ts";
import { packEnvironment } from "../../../support/desktop_pack.ts";
import { poll } from "../../../support/deadline.ts";
import { testWith } from "../../../support/needs.ts";
import { descendants } from "../../../support/process_tree.ts";
import type { Ready } from "../../headless.ts";
import { BEACH, Scene, SOON, START } from "../../scene.ts";
import { DESKTOP } from "../desktop_scene.ts";

testWith(
  DESKTOP,
  "a desktop alone whose display is gone ends its session: the page says so, the host why",
  () =>
    Scene.play(async (scene) => {
      const flags = ["--headless", "--json", "--no-terminal", "--desktop", "virtual:640x480"];
      const host = scene.run([...BEACH, "host", ...flags], undefined, packEnvironment());
      const ready = await host.waitForLine((line) => JSON.parse(line) as Ready, START, "the first line");
      await withBrowser(async (browser) => {
        const { page } = await ViewerPage.open(browser, ready.url);
        await page.waitForSelector("#desktop", { timeout: START });
        const server = await poll(
          () => descendants(host.pid).find(({ name }) => name === "Xvfb"),
          SOON,
          "the display's server",
        );
        Deno.kill(server.pid, "SIGKILL");
        await page.getByText(/has ended/).waitFor({ timeout: SOON });
        const { code } = await host.exited;
        assert.equal(code, 1);
      });
    }),
);
