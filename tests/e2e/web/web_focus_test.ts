import assert from "node:assert/strict";
import { chromium, testWith } from "../../support/needs.ts";
import { SOON } from "../scene.ts";
import { onePage } from "./web_scene.ts";

testWith(
  [chromium],
  "what is typed after a look at the panel, the settings or the keys reaches the program; Escape closes the panel",
  onePage({}, async ({ viewer }) => {
    const { page } = viewer;
    const panel = page.locator("#panel");
    const reaches = async (word: string) => {
      await viewer.type(`echo ${word}\r`);
      await viewer.waitForText(new RegExp(`^${word}$`, "m"), SOON);
    };
    await page.click("#status");
    await panel.waitFor({ timeout: SOON });
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "hidden", timeout: SOON });
    await reaches("escaped");
    await page.click("#status");
    await panel.waitFor({ timeout: SOON });
    await reaches("beside");
    // The program's own now: it comes to cat, and the panel stays.
    await viewer.type("cat -v\r");
    await page.keyboard.press("Escape");
    await viewer.waitForText(/^\^\[/m, SOON);
    assert.ok(await panel.isVisible());
    await page.keyboard.press("Control+c");
    await page.getByRole("button", { name: "Close", exact: true }).click();
    await reaches("closed");
    await page.click("#open-settings");
    await page.getByRole("button", { name: "Done" }).click();
    await reaches("settings");
    await page.click("#open-keys");
    await reaches("keys");
    // By the keyboard alone: a letter typed on a button is the terminal's, and Escape leaves the buttons.
    await page.keyboard.press("Control+Shift+ArrowDown");
    await reaches("letters");
    await page.keyboard.press("Control+Shift+ArrowDown");
    await page.keyboard.press("Escape");
    await reaches("back");
    // A click beside the letters.
    await page.mouse.click(880, 570);
    await reaches("clicked");
    assert.deepEqual(viewer.complaints, []);
  }),
);

testWith(
  [chromium],
  "Ctrl+W for the shell does not close the page of one who types without a question",
  onePage({}, async ({ viewer }) => {
    const asked: string[] = [];
    viewer.page.on("dialog", (dialog) => {
      asked.push(dialog.type());
      void dialog.accept();
    });
    await viewer.type("echo $((6*7))\r");
    await viewer.waitForText(/^42$/m, SOON);
    await viewer.page.reload();
    assert.deepEqual(asked, ["beforeunload"]);
    // Nothing was typed since.
    await viewer.waitForText(/\$/, SOON);
    await viewer.page.reload();
    assert.deepEqual(asked, ["beforeunload"]);
  }),
);
