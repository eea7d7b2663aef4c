/** A desktop over a bad network: pictures keep coming, by video or as pictures over data, whatever is lost and however narrow it gets. */
import assert from "node:assert/strict";
import { testWith } from "../../../support/needs.ts";
import { START } from "../../scene.ts";
import { type DesktopPage, type InPage, openDesktopPage } from "../desktop_scene.ts";
import { LAB_DESKTOP, playInLab, scrolling } from "./lab_desktop.ts";

/** Runs in the page: notes when each picture shows, whichever way it comes. */
function noteShown(): void {
  const shown: number[] = [];
  Object.assign(globalThis, { shown });
  const { desktop } = globalThis as unknown as InPage;
  const video = desktop.element.querySelector("video")!;
  const next = () => {
    shown.push(performance.now());
    video.requestVideoFrameCallback(next);
  };
  video.requestVideoFrameCallback(next);
  const { drawImage } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.drawImage = function (...args: unknown[]) {
    shown.push(performance.now());
    return (drawImage as (...args: unknown[]) => void).apply(this, args);
  };
}

/** The longest time without a picture in the next `ms`, and how many came. */
async function watch({ page }: DesktopPage, ms: number): Promise<{ gap: number; count: number }> {
  const from = await page.evaluate(() => performance.now());
  await page.waitForTimeout(ms);
  const times = await page.evaluate((from) => {
    const { shown } = globalThis as unknown as { shown: number[] };
    return [from, ...shown.filter((at) => at > from), performance.now()];
  }, from);
  return { gap: Math.max(...times.slice(1).map((at, i) => at - times[i]!)), count: times.length - 2 };
}

async function flows(page: DesktopPage): Promise<void> {
  await page.waitFor(
    () => ((globalThis as unknown as InPage).figures.at(-1)?.fps ?? 0) > 1,
    START,
    "pictures that move",
  );
  await page.page.evaluate(noteShown);
}

testWith(
  LAB_DESKTOP,
  "2 Mbit/s, 100 ms of round trip, 2 % lost each way: while the desktop scrolls no second is without a picture",
  () =>
    playInLab({ seed: 51, link: { rateKbit: 2000, delayMs: 50, loss: 0.02 } }, async ({ host, browser }) => {
      await using _scrolling = await scrolling(host);
      const page = await openDesktopPage(browser, host.ready.url);
      await flows(page);
      const start = await watch(page, 5000);
      const { gap, count } = await watch(page, 20_000);
      console.log(JSON.stringify({
        start,
        gap: Math.round(gap),
        count,
        path: await page.page.evaluate(() => (globalThis as unknown as InPage).paths),
      }));
      assert.ok(gap < 1000, `${gap} ms without a picture`);
      assert.ok(count > 100, `${count} pictures in 20 s`);
    }),
);

testWith(
  LAB_DESKTOP,
  "from 5 to 0.5 Mbit/s at once: the next picture within three seconds, and one each second from then on",
  () =>
    playInLab({ seed: 52, link: { rateKbit: 5000, delayMs: 20 } }, async ({ lab, host, browser }) => {
      {
        await using _scrolling = await scrolling(host);
        const page = await openDesktopPage(browser, host.ready.url);
        await flows(page);
        await watch(page, 5000);
        await lab.shapeAll({ rateKbit: 500 });
        const { gap, count } = await watch(page, 10_000);
        console.log(JSON.stringify({
          gap: Math.round(gap),
          count,
          path: await page.page.evaluate(() => (globalThis as unknown as InPage).paths),
        }));
        // What waits in the network's queue takes a second there, and what was lost with it must come again.
        assert.ok(gap < 3000, `${gap} ms without a picture`);
        const later = await watch(page, 10_000);
        console.log(JSON.stringify(later));
        assert.ok(later.gap < 1500, `${later.gap} ms without a picture`);
        assert.ok(count > 10, `${count} pictures in 10 s`);
        await host.sh("xsetroot -solid '#c02020'");
      }
      // Nothing scrolls: the colour of the desktop shows where the terminal was.
    }),
);
