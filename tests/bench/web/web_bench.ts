/**
 * The browser viewer's figures, each beside its target: `deno run -A tests/bench/web/web_bench.ts`. On a busy machine they tell of the
 * machine.
 */
import type { Browser } from "playwright-core";
import { Scene, START } from "../../e2e/scene.ts";
import { webHost } from "../../e2e/web/web_scene.ts";
import { openBrowser, ViewerPage } from "../../support/browser.ts";

/** By then the screen is there, and the machine calm again for the next; ms. */
const SETTLED = 3000;
/** A new window of Chromium's loads its own new-tab page on both processors for so long: a person's browser is open already; ms. */
const OPENED = 2000;
const PROMPT = /^\$ ?$/m;
const KEYS = 120;
const KEY_EVERY = 125;
/** 50 MB. */
const LINES = 6_500_000;

interface Probe {
  readonly painted: number[];
  readonly long: number[];
  frames: number;
}

function print(what: string, value: string, target: string): void {
  console.log(`${what.padEnd(44)} ${value.padStart(12)}   target ${target}`);
}

const at = (sorted: readonly number[], part: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;

/** Watches frames, long tasks, and how long each key takes to the frame that shows it. */
async function probe(viewer: ViewerPage): Promise<void> {
  await viewer.page.evaluate(() => {
    interface Terminal {
      onRender(listener: () => void): void;
      readonly buffer: { readonly active: { readonly cursorX: number; readonly cursorY: number } };
    }
    const { terminal } = document.getElementById("screen") as unknown as { terminal: Terminal };
    const probe: Probe = { painted: [], long: [], frames: 0 };
    Object.assign(globalThis, { probe });
    let pressed: { at: number; x: number } | undefined;
    addEventListener(
      "keydown",
      () => pressed = { at: performance.now(), x: terminal.buffer.active.cursorX },
      true,
    );
    const channel = new MessageChannel();
    channel.port1.onmessage = ({ data }) => probe.painted.push(performance.now() - data);
    terminal.onRender(() => {
      probe.frames++;
      if (!pressed || terminal.buffer.active.cursorX === pressed.x) return;
      // This runs in the frame that draws it: the next task comes after the paint.
      channel.port2.postMessage(pressed.at);
      pressed = undefined;
    });
    new PerformanceObserver((list) => probe.long.push(...list.getEntries().map((entry) => entry.duration)))
      .observe({ type: "longtask" });
  });
}

const read = (viewer: ViewerPage) =>
  viewer.page.evaluate(() => (globalThis as unknown as { probe: Probe }).probe);

/** Resident memory of the page's process, in MB. */
async function memory(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const sizes = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => {
    const status = Deno.readTextFileSync(`/proc/${id}/status`);
    return Number(/^RssAnon:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
  });
  return Math.max(...sizes);
}

async function firstScreen(browser: Browser, url: string): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 7; i++) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.addInitScript(() => {
      const look = () => {
        const { terminal } = (document.getElementById("screen") ?? {}) as unknown as {
          terminal?: { buffer: { active: { getLine(y: number): { translateToString(): string } } } };
        };
        if (terminal?.buffer.active.getLine(0).translateToString().includes("$")) {
          Object.assign(globalThis, { shownAt: performance.now() });
        } else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
    await page.waitForTimeout(OPENED);
    await page.goto(url);
    await page.waitForTimeout(SETTLED);
    times.push(await page.evaluate(() => (globalThis as unknown as { shownAt: number }).shownAt));
    await context.close();
  }
  return at(times.slice(1).sort((a, b) => a - b), 0.5);
}

await Scene.play(async (scene) => {
  const host = await webHost(scene);
  const browser = await openBrowser();
  try {
    const shown = await firstScreen(browser, host.url);
    print("navigation to first screen, median", `${Math.round(shown)} ms`, "<= 500 ms");
    const viewer = await ViewerPage.open(browser, host.url);
    await viewer.waitForText(PROMPT, START);
    await viewer.page.waitForTimeout(1500);
    await probe(viewer);
    await viewer.type("clear; cat > /dev/null\r");
    await viewer.page.waitForTimeout(500);
    for (let i = 0; i < KEYS; i++) {
      await viewer.page.keyboard.press("x");
      if (i % 60 === 59) await viewer.page.keyboard.press("Enter");
      await viewer.page.waitForTimeout(KEY_EVERY);
    }
    const painted = (await read(viewer)).painted.slice(5).sort((a, b) => a - b);
    print("key to glyph painted, p50", `${at(painted, 0.5).toFixed(1)} ms`, "<= 20 ms");
    print("key to glyph painted, p95", `${at(painted, 0.95).toFixed(1)} ms`, "<= 35 ms");
    await viewer.page.keyboard.press("Control+d");
    await viewer.page.keyboard.press("Control+d");
    await viewer.page.waitForTimeout(500);
    await viewer.close();

    const second = await webHost(scene);
    const page = await ViewerPage.open(browser, second.url);
    await page.waitForText(PROMPT, START);
    await probe(page);
    // A screen of text anew, 60 times a second, for 6 s.
    const redraw =
      "import time,sys\nfor i in range(360):\n s=''.join('\\x1b[%d;1H%s' % (r, ('frame %d row %d ' % (i, r))*3) for r in range(1,25))\n sys.stdout.write(s); sys.stdout.flush(); time.sleep(max(0, 1/60-0.0005))\n";
    await Deno.writeTextFile(`${scene.dir.path}/redraw.py`, redraw);
    await page.type(`python3 ${scene.dir.path}/redraw.py\r`);
    await page.waitForText(/frame (?:[3-9]\d|\d{3}) /, START);
    const before = (await read(page)).frames;
    const from = performance.now();
    await page.page.waitForTimeout(4000);
    const frames = ((await read(page)).frames - before) / (performance.now() - from) * 1000;
    print("60 Hz redraw, frames painted a second", frames.toFixed(1), ">= 50");
    await page.waitForText(/frame 359 row 24 [^\n]*\$/, START);

    await page.type(`clear; seq 1 ${LINES}\r`);
    const began = performance.now();
    await page.waitForText(new RegExp(`^${LINES - 1}\\n${LINES}\\n\\$`, "m"), 120_000);
    print("50 MB of seq to the exact end", `${((performance.now() - began) / 1000).toFixed(1)} s`, "(none)");
    const { long } = await read(page);
    print("longest task during it", `${Math.round(Math.max(0, ...long))} ms`, "<= 200 ms");
    const history = await page.waitForText(new RegExp(`^${LINES - 9000}$`, "m"), 20_000, true);
    const numbers = history.split("\n").filter((line) => /^\d+$/.test(line)).map(Number);
    const exact = numbers.every((number, i) => number === numbers[0]! + i) && numbers.at(-1) === LINES;
    print("its last lines, scrolled back", exact ? `${numbers.length} exact` : "NOT EXACT", "exact");
    print(
      "longest task with the history filled in",
      `${Math.round(Math.max(0, ...(await read(page)).long))} ms`,
      "<= 200 ms",
    );
    print("memory of the tab after it", `${Math.round(await memory(browser))} MB`, "<= 300 MB");
  } finally {
    await browser.close();
  }
});
