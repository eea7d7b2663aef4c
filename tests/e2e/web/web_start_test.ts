import assert from "node:assert/strict";
import { chromium, testWith } from "../../support/needs.ts";
import { withBrowser } from "../../support/browser.ts";
import { Scene, SOON, START } from "../scene.ts";
import { onePage, webHost } from "./web_scene.ts";

interface Noted {
  readonly notes: string[];
}

/** Notes in the page when what happens; runs before the page's own script. */
function note(): void {
  const notes: string[] = [];
  Object.assign(globalThis, { notes });
  const Socket = WebSocket;
  globalThis.WebSocket = class extends Socket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      notes.push("socket");
    }
  };
  console.debug = (words: string) => {
    if (words.includes("Received snapshot")) notes.push("snapshot");
  };
  new MutationObserver(() => {
    if (!notes.includes("terminal") && document.querySelector(".xterm")) notes.push("terminal");
  }).observe(document, { childList: true, subtree: true });
  new PerformanceObserver((list) => {
    if (list.getEntries().some(({ name }) => name.includes("/extras-"))) notes.push("extras");
  }).observe({ type: "resource", buffered: true });
}

testWith(
  [chromium],
  "the road is asked before the terminal is made, one snapshot is the screen, and the rest of the page comes after it",
  onePage({ args: ["--size", "90x25"], before: note }, async ({ viewer }) => {
    // A button that needs the rest works as soon as it can be pressed.
    await viewer.page.click("#status");
    await viewer.page.waitForSelector("#panel:not([hidden])", { timeout: SOON });
    await viewer.page.waitForSelector(".stages li:nth-child(5)", { timeout: SOON });
    const rows = await viewer.page.locator(".stages li").allInnerTexts();
    assert.deepEqual(
      rows.map((row) => row.split(/\s*\n\s*/)[0]),
      ["Server reached", "Secret accepted", "Connected to the host", "Let in", "Screen shown"],
    );
    const times = rows.map((row) => parseFloat(row.split(/\s*\n\s*/)[1]!));
    assert.deepEqual(times, times.toSorted((a, b) => a - b));
    await viewer.page.click("text=All numbers");
    const numbers = await viewer.page.innerText("#panel .numbers");
    assert.match(
      numbers,
      /^(?:direct|relay), RTT .*predictions right 0 wrong 0, pending 0 B\n(?:webrtc|relay)#\d by (?:direct|relay).*\nctrl sent \d/,
    );
    assert.match(
      await viewer.page.getAttribute("#status", "title") ?? "",
      /^(?:direct|relay) {2}RTT .*Ctrl\+Shift\+K/,
    );
    await viewer.page.getByRole("button", { name: "Close", exact: true }).click();
    await viewer.page.waitForSelector("#panel", { state: "hidden", timeout: SOON });
    const notes = await viewer.page.evaluate(() => (globalThis as unknown as Noted).notes);
    assert.deepEqual(notes, ["socket", "terminal", "snapshot", "extras"]);
    assert.deepEqual(viewer.complaints, []);
  }),
);

testWith(
  [chromium],
  "a terminal that can't be loaded is a join that failed, in words",
  () =>
    Scene.play(async (scene) => {
      const host = await webHost(scene);
      await withBrowser(async (browser) => {
        const context = await browser.newContext();
        const page = await context.newPage();
        await page.route("**/terminal-view-*", (route) => route.abort());
        await page.goto(host.url);
        await page.waitForSelector("#lobby-error:not([hidden])", { timeout: START });
        assert.match(await page.innerText("#lobby-error"), /Reload it/);
      });
    }),
);
