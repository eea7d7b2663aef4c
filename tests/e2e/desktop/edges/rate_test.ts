/** What is set while it runs: by who may use the desktop, for all viewers, and never more than the host's flags allow. */
import assert from "node:assert/strict";
import { testWith } from "../../../support/needs.ts";
import { SOON } from "../../scene.ts";
import { DESKTOP, type DesktopPage, type InPage, openDesktopPage, playDesktop } from "../desktop_scene.ts";

const NOISE = "while :; do head -c 4000 /dev/urandom | base64; sleep 0.05; done";

const settings = ({ page }: DesktopPage) =>
  page.evaluate(() => {
    const { fps, bitrate, preset } = (globalThis as unknown as InPage).desktop.settings;
    return { fps, bitrate, preset };
  });

/** The mean bits a second of the next seconds, of what comes as video. */
async function received({ page }: DesktopPage, seconds: number): Promise<number> {
  const count = () => page.evaluate(() => (globalThis as unknown as InPage).figures.length);
  const from = await count() + 1;
  for (const end = performance.now() + SOON + seconds * 1000; await count() < from + seconds;) {
    assert.ok(performance.now() < end, "numbers each second");
    await page.waitForTimeout(100);
  }
  const rates = await page.evaluate(
    ([from, to]) => (globalThis as unknown as InPage).figures.slice(from, to).map(({ bitrate }) => bitrate),
    [from, from + seconds],
  );
  return rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
}

testWith(
  DESKTOP,
  "fps, bitrate and preset change live for all viewers, within what the host's flags allow",
  () =>
    playDesktop(async ({ host, browser }) => {
      await host.sh(`xterm -geometry 100x34+0+0 -e sh -c '${NOISE}' >/dev/null 2>&1 &`);
      const page = await openDesktopPage(browser, host.ready.url, "video");
      const other = await openDesktopPage(browser, host.ready.url, "video");
      assert.deepEqual(await settings(page), { fps: 20, bitrate: 1_500_000, preset: "text" });
      await page.page.evaluate(() =>
        (globalThis as unknown as InPage).desktop.set({ fps: 60, bitrate: 50_000_000, preset: "motion" })
      );
      for (const each of [page, other]) {
        await each.waitFor(
          () => (globalThis as unknown as InPage).desktop.settings.preset === "motion",
          SOON,
          "the preset",
        );
        assert.deepEqual(await settings(each), { fps: 20, bitrate: 1_500_000, preset: "motion" });
      }
      const fast = await received(page, 4);
      await page.page.evaluate(() => (globalThis as unknown as InPage).desktop.set({ bitrate: 400_000 }));
      await other.waitFor(
        () => (globalThis as unknown as InPage).desktop.settings.bitrate === 400_000,
        SOON,
        "the rate",
      );
      // The encoder's buffer at the old rate.
      await received(page, 2);
      const slow = await received(page, 4);
      console.log(JSON.stringify({ fast: Math.round(fast), slow: Math.round(slow) }));
      assert.ok(fast < 1_500_000 * 1.15, `${fast} bit/s of at most 1,500,000`);
      assert.ok(slow < 400_000 * 1.3 && slow > 50_000, `${slow} bit/s of at most 400,000`);
      assert.ok(fast > slow * 1.5, `${fast} and ${slow} bit/s`);
    }, ["--desktop-fps", "20", "--desktop-bitrate", "1500k", "--desktop-preset", "text"]),
);
