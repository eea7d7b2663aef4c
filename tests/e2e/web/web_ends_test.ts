import assert from "node:assert/strict";
import { parseCode, printUrl } from "../../../transport/auth/join_code.ts";
import { ViewerPage, withBrowser } from "../../support/browser.ts";
import { chromium, testWith } from "../../support/needs.ts";
import { Scene, SOON, START } from "../scene.ts";
import { PROMPT, webHost } from "./web_scene.ts";

testWith(
  [chromium],
  "a host that is killed is lost, in the middle of the page: not reconnecting for ever",
  () =>
    Scene.play(async (scene) => {
      const host = await webHost(scene);
      await withBrowser(async (browser) => {
        const viewer = await ViewerPage.open(browser, host.url);
        await viewer.waitForText(PROMPT, START);
        // Watched from before: it stands for a few seconds only.
        const told = viewer.page.getByText(/^Last heard \d+ s ago, reconnecting\.$/).waitFor({
          timeout: START,
        });
        host.process.kill("SIGKILL");
        // A key that is not answered tells sooner than a heartbeat that is late.
        await viewer.type("x");
        await told;
        const over = viewer.page.locator("#over");
        await over.waitFor({ timeout: START });
        assert.match(
          await over.innerText(),
          /^Lost\s+The host is gone\s+Nothing runs at http:\/\/127\.0\.0\.1:\d+ any more, and nothing was heard for \d+ s\. Ask for a new link\./,
        );
        assert.ok(!await viewer.page.locator("#lost").isVisible());
        assert.equal(await viewer.page.textContent("#role"), "lost");
        await viewer.page.getByRole("button", { name: "Join again" }).click();
        await viewer.page.locator("#lobby-error").waitFor({ timeout: START });
      });
    }),
);

testWith(
  [chromium],
  "an ended session says so, its screen can still be read, and nobody can type",
  () =>
    Scene.play(async (scene) => {
      const host = await webHost(scene);
      await withBrowser(async (browser) => {
        const viewer = await ViewerPage.open(browser, host.url);
        await viewer.waitForText(PROMPT, START);
        assert.equal(await viewer.page.textContent("#role"), "can type");
        await viewer.type("echo last words; exit 3\r");
        const over = viewer.page.locator("#over");
        await over.waitFor({ timeout: SOON });
        assert.match(await over.innerText(), /^Ended\s+The command has ended\s+with exit status 3/);
        assert.equal(await viewer.page.textContent("#role"), "ended");
        assert.match(await viewer.page.title(), /^Ended: /);
        await viewer.page.getByRole("button", { name: "Look at the screen" }).click();
        await over.waitFor({ state: "hidden", timeout: SOON });
        await viewer.waitForText(/^last words$/m, SOON);
      });
    }),
);

testWith(
  [chromium],
  "a session id alone: the lobby says what is missing, takes it, and whose page this is",
  () =>
    Scene.play(async (scene) => {
      const host = await webHost(scene);
      const { origin, pathname, hash } = new URL(host.url);
      await withBrowser(async (browser) => {
        const viewer = await ViewerPage.open(browser, origin);
        const { page } = viewer;
        assert.match(
          await page.innerText("#lobby"),
          new RegExp(
            `came from ${
              new URL(origin).host
            }: whoever runs that server could send a page that takes the secret`,
          ),
        );
        await page.getByRole("button", { name: "Join" }).click();
        await page.getByText("No join code").waitFor({ timeout: SOON });
        await page.fill("#lobby-code", pathname.split("/").at(-1)!);
        await page.keyboard.press("Enter");
        await page.getByText("This link has no secret.").waitFor({ timeout: SOON });
        // The same at the session's own address, when nothing is entered there.
        const bare = await ViewerPage.open(browser, origin + pathname);
        assert.ok(!await bare.page.locator("#lobby-error").isVisible());
        await bare.page.getByRole("button", { name: "Join" }).click();
        await bare.page.getByText("This link has no secret.").waitFor({ timeout: SOON });
        await bare.close();
        await page.getByLabel(/^Secret words/).fill(hash.slice(1).replaceAll("-", " "));
        await page.keyboard.press("Enter");
        await viewer.waitForText(PROMPT, START);
        assert.deepEqual(viewer.complaints, []);
      });
    }),
);

testWith(
  [chromium],
  "what is typed while the host's person is asked goes nowhere",
  () =>
    Scene.play(async (scene) => {
      const { term: host, code } = await scene.host({ args: ["--approve"] });
      const parsed = parseCode(code);
      await withBrowser(async (browser) => {
        const viewer = await ViewerPage.open(browser, printUrl(parsed, parsed.road!));
        await viewer.page.getByText("the host has to approve").waitFor({ timeout: START });
        await viewer.type("echo never\r");
        host.type("\x1ey");
        await viewer.waitForText(PROMPT, START);
        await viewer.type("echo $((6*7))\r");
        await viewer.waitForText(/^42$/m, SOON);
        assert.ok(!(await viewer.text()).includes("never"));
      });
    }),
);
