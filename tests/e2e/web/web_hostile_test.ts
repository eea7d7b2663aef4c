import assert from "node:assert/strict";
import type { Frame } from "../../../frames/frame.ts";
import type { SnapshotPart } from "../../../frames/screen_frames.ts";
import { pack } from "../../../frames/deflate.ts";
import { startRoad } from "../../../road/server.ts";
import { viewerAssets } from "../../../road/http/web_assets.ts";
import { type Browser, ViewerPage, withBrowser } from "../../support/browser.ts";
import { chromium, testWith } from "../../support/needs.ts";
import { HostileHost, welcome } from "../hostile_host.ts";
import { SOON, START } from "../scene.ts";
import { eventually } from "./web_eventually.ts";

/** One page at a host that answers as `heard` does. */
async function against(
  heard: Parameters<typeof HostileHost.start>[1],
  act: (viewer: ViewerPage, browser: Browser) => Promise<void>,
): Promise<void> {
  await using road = await startRoad({ assets: viewerAssets });
  await using host = await HostileHost.start(road.url, heard);
  await withBrowser(async (browser) => {
    const viewer = await ViewerPage.open(browser, host.url);
    await viewer.waitForText(/here/, START);
    await act(viewer, browser);
    assert.deepEqual(viewer.complaints, []);
  });
}

testWith(
  [chromium],
  "thousands of notices take one line, with their number; what they say can't disguise itself",
  async () => {
    const all = 4400;
    const notice = (n: number): Frame => ({
      type: "Notice",
      text: `${n} \u202egpj.exe\u2066 ${"N".repeat(200)}`,
    });
    let flood = () => {};
    await against((frame, tell) => {
      if (frame.type !== "Hello") return;
      for (const first of welcome("here")) tell(first);
      let sent = 0;
      flood = () => {
        // Notices may come faster than a link takes them.
        const timer = setInterval(() => {
          while (sent < all && tell(notice(sent + 1))) sent++;
          if (sent === all) clearInterval(timer);
        }, 10);
      };
    }, async (viewer) => {
      // Not before it is looked at: what it shows goes again after a while.
      flood();
      let most = 0;
      const toasts = async () => {
        const found = await viewer.page.locator(".toast").allInnerTexts();
        most = Math.max(most, found.length);
        return found;
      };
      // How many of them the session lets through is its own business.
      await eventually(
        toasts,
        ([first]) => /^\d+ gpj\.exe N{200} \(and [\d,]+ before it\)$/.test(first ?? ""),
        "the newest notice, and how many came before",
      );
      assert.equal(most, 1);
    });
  },
);

testWith(
  [chromium],
  "a title is shown in the order in which it is written, a link where it leads, and asks",
  async () => {
    const screen =
      "\x1b]2;a\u202ecba\u2069 title\x07\x1b]8;;https://evil.example:8/%2e?q=1\x1b\\https://good.example/\x1b]8;;\x1b\\ here";
    await against((frame, tell) => {
      if (frame.type === "Hello") { for (const first of welcome(screen)) tell(first); }
    }, async (viewer, browser) => {
      assert.equal(await viewer.page.textContent("#title"), "acba title");
      assert.equal(await viewer.page.title(), "acba title · Beach");
      const { x, y, width } = (await viewer.page.locator(".xterm-screen").boundingBox())!;
      const click = async () => {
        // Links are looked for when the pointer moves.
        await viewer.page.mouse.move(x + width / 80 * 4, y + 4);
        await viewer.page.mouse.move(x + width / 80 * 5, y + 5);
        await viewer.page.locator(".xterm-cursor-pointer").waitFor({ timeout: SOON });
        await viewer.page.mouse.click(x + width / 80 * 5, y + 5);
      };
      await click();
      const dialog = viewer.page.getByRole("dialog", { name: "Open evil.example:8?" });
      await dialog.waitFor({ timeout: SOON });
      assert.match(await dialog.innerText(), /https:\/\/evil\.example:8\//);
      await viewer.page.keyboard.press("Escape");
      await dialog.waitFor({ state: "hidden", timeout: SOON });
      const pages = () => browser.contexts().flatMap((context) => context.pages()).length;
      assert.equal(pages(), 1, "it was opened all the same");
      await click();
      await dialog.getByRole("button", { name: "Open" }).click();
      await eventually(() => Promise.resolve(pages()), (count) => count === 2, "another tab");
    });
  },
);

testWith([chromium], "rows of history are text: what else a host writes into them does nothing", async () => {
  const rows = [
    "scrolled\x1b[2147483647S",
    "a\x1b[100000000b",
    "\x1b[2147483647L\x1b[2147483647I\x1b[2J\x1bcbefore\x1b[5;5Hbehind",
    "long ".repeat(50),
    "\x1b[31mred",
    "❤\ufe0f two",
    "❤\x1b\\\ufe0f one",
  ];
  await against((frame, tell) => {
    if (frame.type === "Hello") { for (const first of welcome("here", rows.length)) tell(first); }
    if (frame.type !== "LinesRequest") return;
    const answer = { id: frame.id, era: 0, first: 0, end: rows.length, from: 0 };
    tell({ type: "Lines", ...answer, rows: rows.map((text) => [text, false] as const) }, "bulk");
  }, async (viewer) => {
    const above = () =>
      viewer.page.evaluate((count) => {
        const { terminal } = document.getElementById("screen") as unknown as {
          terminal: {
            buffer: {
              active: { getLine(y: number): { translateToString(trim: boolean): string } | undefined };
            };
          };
        };
        return Array.from({ length: count }, (_, y) =>
          terminal.buffer.active.getLine(y)?.translateToString(true));
      }, rows.length + 1);
    const shown = [
      "scrolled",
      "a",
      "beforebehind",
      "long ".repeat(16).trimEnd(),
      "red",
      "❤\ufe0f two",
      "❤\ufe0f one",
    ];
    const found = await eventually(
      above,
      (all) => all.at(-1)?.startsWith("here") ?? false,
      "the history",
      START,
    );
    assert.deepEqual(found.map((row) => row?.trimEnd()), [...shown, "here"]);
  });
});

testWith(
  [chromium],
  "a small message that clears a large screen a million times leaves the page usable",
  async () => {
    const [cols, rows] = [500, 500];
    const data = new TextEncoder().encode("\x1b[2J".repeat(1_000_000));
    const packed = pack(data)!;
    assert.ok(packed.length < 16_384);
    await against((frame, tell) => {
      if (frame.type !== "Hello") return;
      for (const first of welcome("here")) tell(first);
      const [, snapshot] = welcome("") as [Frame, SnapshotPart];
      // When the first has been shown.
      setTimeout(
        () => tell({ ...snapshot, id: 2, gen: 2, cols, rows, size: data.length, data: packed }),
        1000,
      );
    }, async (viewer) => {
      const size = () =>
        viewer.page.evaluate(() => {
          const { terminal } = document.getElementById("screen") as unknown as { terminal: { cols: number } };
          return terminal.cols;
        });
      await eventually(size, (now) => now === cols, "the other size", START);
      for (let i = 0; i < 5; i++) {
        const began = performance.now();
        await viewer.page.evaluate(() => document.title);
        assert.ok(performance.now() - began < 3000, "the page did not answer");
      }
    });
  },
);
