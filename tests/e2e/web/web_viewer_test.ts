import assert from "node:assert/strict";
import { pollAsync } from "../../support/deadline.ts";
import { chromium, program, testWith } from "../../support/needs.ts";
import { ViewerPage, withBrowser } from "../../support/browser.ts";
import { Scene, SOON, START } from "../scene.ts";
import { onePage, PROMPT, webHost } from "./web_scene.ts";

const played = (act: Parameters<typeof Scene.play>[0]) => () => Scene.play(act);

testWith(
  [chromium],
  "a link is all that is needed: join, type, colours, wide characters, the shell's exit",
  onePage({}, async ({ viewer, host }) => {
    // Clusters are one cell while a program has asked for that.
    await viewer.type("clear; printf '\\e[?2027h\\e[1;31mred\\e[0m \\e[48;2;1;2;3mrgb\\e[0m 日本 👨‍👩‍👧 é\\n'\r");
    await viewer.waitForText(/^red rgb 日本 👨‍👩‍👧 é\n\$/m, SOON);
    const row = (await viewer.cells()).find((cells) => cells[0]?.text === "r" && cells[1]?.text === "e")!;
    assert.deepEqual(row[0], {
      text: "r",
      width: 1,
      foreground: "palette:1",
      background: "default",
      attributes: "b",
    });
    assert.equal(row[4]!.background, "rgb:010203");
    assert.deepEqual([row[8]!.text, row[8]!.width, row[9]!.width], ["日", 2, 0]);
    assert.deepEqual([row[13]!.text, row[13]!.width], ["👨‍👩‍👧", 2]);
    // The status is in words, the page asked nobody else, and its policy held.
    assert.match(await viewer.page.textContent("#status-text") ?? "", /^(?:direct|relay)/);
    const { host: own } = new URL(host.url);
    assert.deepEqual(viewer.requests.filter((url) => new URL(url).host !== own), []);
    assert.ok(
      viewer.requests.every((url) => !url.includes(new URL(host.url).hash.slice(1))),
      "the secret was sent",
    );
    await viewer.type("exit 3\r");
    await viewer.page.waitForSelector("#over:not([hidden])", { timeout: SOON });
    assert.match(await viewer.page.innerText("#over"), /has ended\s*with exit status 3/);
    assert.deepEqual(viewer.complaints, []);
    assert.equal((await host.process.waitForExit(SOON)).code, 3);
  }),
);

testWith(
  [chromium, program("vim")],
  "vim, a resize, answers to queries given once, and a paste that is looked at first",
  onePage({}, async ({ viewer }) => {
    await viewer.type("vim -u NONE -i NONE -n\r");
    await viewer.waitForText(/^~\n[^]*~$/m, SOON);
    await viewer.type("ihello from vim");
    await viewer.page.keyboard.press("Escape");
    await viewer.waitForText(/^hello from vim$/m, SOON);
    // A headless host takes the size of whoever typed last: the window's own.
    const before = await viewer.size();
    await viewer.page.setViewportSize({ width: 700, height: 400 });
    await viewer.waitForText(/^hello from vim\n~/m, SOON);
    const smaller = async () => {
      const now = await viewer.size();
      return now.cols < before.cols && now.rows < before.rows;
    };
    await pollAsync(smaller, SOON, "the window's size");
    await viewer.type(":q!\r");
    await viewer.waitForText(PROMPT, SOON);
    // The shell sees an answer once, the host's. Without an echo: an answer may be there before `read` runs.
    await viewer.type(
      "clear; stty -echo; printf '\\e[6n'; read -r -d R a; read -r -t 0.5 -n 1 b; stty echo; echo \"got ${a#?} ($b)\"\r",
    );
    await viewer.waitForText(/^got \[1;1 \(\)$/m, SOON);
    // Two lines are pasted only when confirmed, and then as they are.
    await viewer.type("clear; echo here; cat\r");
    await viewer.waitForText(/^here$/m, SOON);
    // Whoever cancels, one way or the other, or pastes anew while asked, and then confirms, gets the paste once. In one turn of
    // the page: it hears of a dialog's end only after that.
    await viewer.page.evaluate(() => {
      const paste = () => {
        const data = new DataTransfer();
        data.setData("text/plain", "first\nsecond\n");
        document.querySelector("textarea")!.dispatchEvent(
          new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }),
        );
      };
      const dialog = () => document.querySelector<HTMLDialogElement>("dialog[open]")!;
      paste();
      dialog().querySelector<HTMLElement>("button.plain")!.click();
      paste();
      dialog().requestClose();
      paste();
      paste();
    });
    await viewer.page.getByRole("dialog", { name: "Paste 2 lines?" }).waitFor();
    await viewer.page.keyboard.press("Enter");
    await viewer.waitForText(/^first\n(?:second\n)?first\nsecond\n?(?:second)?$/m, SOON);
    assert.equal(
      (await viewer.text()).match(/first/g)!.length,
      2,
      "each line twice: typed and printed by cat",
    );
    assert.deepEqual(viewer.complaints, []);
  }),
);

testWith(
  [chromium],
  "a viewing link says so, and what is typed goes nowhere",
  played(async (scene) => {
    const host = await webHost(scene);
    await withBrowser(async (browser) => {
      const writer = await ViewerPage.open(browser, host.url);
      const viewer = await ViewerPage.open(browser, host.viewUrl);
      for (const page of [writer, viewer]) await page.waitForText(PROMPT, START);
      assert.equal(await viewer.page.textContent("#role"), "view only");
      await viewer.type("echo never\r");
      assert.match(await viewer.page.innerText("#toasts"), /for viewing/);
      await writer.type("echo $((6*7))\r");
      for (const page of [writer, viewer]) await page.waitForText(/^42$/m, SOON);
      assert.ok(!(await writer.text()).includes("never"));
      assert.deepEqual(await viewer.cells(), await writer.cells());
    });
  }),
);

testWith(
  [chromium],
  "a wrong secret is explained, the right one typed into the page lets in; a link without one asks",
  played(async (scene) => {
    const host = await webHost(scene);
    const [bare, words] = host.url.split("#") as [string, string];
    await withBrowser(async (browser) => {
      const wrong = await ViewerPage.open(browser, `${bare}#zoo-zone-zero`);
      await wrong.page.waitForSelector("#lobby-error:not([hidden])", { timeout: START });
      assert.match(await wrong.page.innerText("#lobby-error"), /secret is not the host's.*Check the words/s);
      await wrong.page.fill("#lobby-secret", words.replaceAll("-", " "));
      await wrong.page.click("text=Join");
      await wrong.waitForText(PROMPT, START);
      const none = await ViewerPage.open(browser, bare);
      await none.page.fill("#lobby-name", "Ada");
      await none.page.fill("#lobby-secret", words);
      await none.page.keyboard.press("Enter");
      await none.waitForText(PROMPT, START);
      // A reload finds the secret in the address.
      await none.page.reload();
      await none.waitForText(PROMPT, START);
      await host.process.waitForLine((line) => line.includes('"name":"Ada"'), SOON, "the viewer's name");
      const gone = await ViewerPage.open(browser, bare.replace(/\/j\/.*/, "/j/aaaaaaaa#zoo-zone-zero"));
      await gone.page.waitForSelector("#lobby-error:not([hidden])", { timeout: START });
      assert.match(await gone.page.innerText("#lobby-error"), /no such session here.*Ask its host/s);
    });
  }),
);

testWith(
  [chromium],
  "a page scrolls back as far as the host keeps",
  played(async (scene) => {
    const host = await webHost(scene, ["--scrollback", "30000"], ["sh", "-c", "seq 1 25000; exec cat"]);
    await withBrowser(async (browser) => {
      const viewer = await ViewerPage.open(browser, host.url);
      await viewer.waitForText(/^25000$/m, START);
      const text = await viewer.waitForText(/^1\n2\n3$/m, START, true);
      const lines = text.split("\n").map(Number).filter((line) => line > 0);
      assert.deepEqual(lines, Array.from({ length: 25_000 }, (_, i) => i + 1));
      assert.deepEqual(viewer.complaints, []);
    });
  }),
);
