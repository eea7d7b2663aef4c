/** Files and pictures in the viewer's page: dropped, chosen, got by path, pasted. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Page } from "playwright-core";
import { chromium, testWith } from "../../support/needs.ts";
import { ViewerPage, withBrowser } from "../../support/browser.ts";
import { TempDir } from "../../support/temp_dir.ts";
import { Scene, SOON, START } from "../scene.ts";
import { onePage, PROMPT, webHost } from "./web_scene.ts";

interface Dropped {
  readonly name: string;
  readonly type: string;
  readonly text: string;
}

/** Runs in the page: what a drop or a paste holds. */
function transferOf(files: readonly Dropped[]): DataTransfer {
  const transfer = new DataTransfer();
  for (const { name, type, text } of files) transfer.items.add(new File([text], name, { type }));
  return transfer;
}

async function drop(page: Page, ...files: Dropped[]): Promise<void> {
  const dataTransfer = await page.evaluateHandle(transferOf, files);
  await page.dispatchEvent("#main", "dragover", { dataTransfer });
  await page.dispatchEvent("#main", "drop", { dataTransfer });
}

const PICTURE = { name: "a shot.png", type: "image/png", text: "not really" };

testWith(
  [chromium],
  "files dropped on the page, or chosen, are sent with a list; one is got by its path",
  async () => {
    await using dir = await TempDir.create();
    const folder = dir.join("shared");
    await Deno.mkdir(folder);
    await Deno.writeTextFile(`${folder}/there.txt`, "from the host");
    await onePage({ args: ["--files", folder] }, async ({ viewer: { page, complaints } }) => {
      await drop(page, { name: "one <b>.txt", type: "text/plain", text: "1" }, {
        name: "two",
        type: "",
        text: "22",
      });
      const row = (name: string) => page.locator("#transfers li").filter({ hasText: name });
      const state = (name: string, words: RegExp) =>
        row(name).filter({ hasText: words }).waitFor({ timeout: SOON });
      await state("one <b>.txt", /Done: 1 B of 1 B to the host/);
      await state("two", /Done/);
      assert.equal(await Deno.readTextFile(`${folder}/one <b>.txt`), "1");
      assert.equal(await Deno.readTextFile(`${folder}/two`), "22");

      // The second waits for its turn, is stopped there, and goes on.
      const big = {
        name: "big",
        mimeType: "application/octet-stream",
        buffer: Buffer.alloc(8_000_000),
      };
      await page.setInputFiles("#file-chooser", [big, {
        ...big,
        name: "later",
        buffer: Buffer.alloc(9),
      }]);
      await row("later").getByRole("button", { name: "Stop" }).click();
      await state("later", /Stopped/);
      await state("big", /Done: 7\.6 MiB of 7\.6 MiB/);
      await assert.rejects(Deno.stat(`${folder}/later`), Deno.errors.NotFound);
      await row("later").getByRole("button", { name: "Go on" }).click();
      await state("later", /Done/);
      assert.equal((await Deno.stat(`${folder}/big`)).size, 8_000_000);

      await page.getByPlaceholder("path/of/a/file").fill("there.txt");
      const [download] = await Promise.all([
        page.waitForEvent("download", { timeout: SOON }),
        page.getByRole("button", { name: "Download" }).click(),
      ]);
      assert.equal(download.suggestedFilename(), "there.txt");
      assert.equal(await Deno.readTextFile((await download.path())!), "from the host");
      await page.getByPlaceholder("path/of/a/file").fill("../none");
      await page.getByRole("button", { name: "Download" }).click();
      await row("../none").getByRole("button", { name: "Go on" }).waitFor({ timeout: SOON });
      await page.getByRole("button", { name: "Close files" }).click();
      await page.waitForSelector("#files", { state: "hidden", timeout: SOON });
      assert.deepEqual(complaints, []);
    })();
  },
);

testWith(
  [chromium],
  "a picture that is pasted or dropped is kept by the host, and its path is typed without Enter",
  onePage({ args: ["--files", "none"] }, async ({ viewer }) => {
    const { page } = viewer;
    const clipboardData = await page.evaluateHandle(transferOf, [PICTURE]);
    await page.evaluate((clipboardData) => {
      const target = document.querySelector(".xterm-helper-textarea")!;
      target.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    }, clipboardData);
    const screen = await viewer.waitForText(/^\$ \/\S+\/paste-1\.png$/m, SOON);
    const [, path] = /^\$ (\S+)$/m.exec(screen)!;
    assert.equal(await Deno.readTextFile(path!), PICTURE.text);
    await viewer.type(" ");
    await drop(page, { ...PICTURE, name: "1" }, { ...PICTURE, name: "2" });
    await viewer.waitForText(/paste-2\.png \/\S*(?:\n\S*)?paste-3\.png/, SOON);
    // A text with a picture beside it, as word processors copy, is a text.
    await page.evaluate(() => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", "words");
      clipboardData.items.add(new File(["x"], "x.png", { type: "image/png" }));
      const target = document.querySelector(".xterm-helper-textarea")!;
      target.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    });
    await viewer.waitForText(/words$/, SOON);
    assert.equal(await page.locator("#transfers li").count(), 0);
    assert.deepEqual(viewer.complaints, []);
  }),
);

testWith(
  [chromium],
  "a page with a view link sends no file, and does not leave for one that is dropped",
  () =>
    Scene.play(async (scene) => {
      const host = await webHost(scene, ["--files", scene.dir.path]);
      await withBrowser(async (browser) => {
        const viewer = await ViewerPage.open(browser, host.viewUrl);
        await viewer.waitForText(PROMPT, START);
        const { page } = viewer;
        assert.equal(await page.locator("#open-files").isVisible(), false);
        const dataTransfer = await page.evaluateHandle(transferOf, [{ name: "x", type: "", text: "x" }]);
        const taken = await page.evaluate((dataTransfer) => {
          const init = { dataTransfer, bubbles: true, cancelable: true };
          const over = !document.getElementById("main")!.dispatchEvent(new DragEvent("dragover", init));
          return [over, document.getElementById("main")!.hasAttribute("data-drop")];
        }, dataTransfer);
        assert.deepEqual(taken, [true, false]);
        await page.dispatchEvent("#main", "drop", { dataTransfer });
        await page.getByText("This link is for viewing: files go nowhere.").waitFor({ timeout: SOON });
        assert.equal(await page.locator("#transfers li").count(), 0);
      });
      await assert.rejects(Deno.stat(scene.dir.join("x")), Deno.errors.NotFound);
    }),
);
