/** Several viewers of one desktop: one encoder for all, a joiner who costs the others nothing, and a slow one who does not slow them. */
import assert from "node:assert/strict";
import { testWith } from "../../../support/needs.ts";
import { withBrowserOn } from "../../../support/browser.ts";
import { START } from "../../scene.ts";
import { DESKTOP, type DesktopPage, type InPage, openDesktopPage, playDesktop } from "../desktop_scene.ts";
import { keepPeers } from "../keep_peers.ts";
import { LAB_DESKTOP, playInLab, scrolling } from "./lab_desktop.ts";

/** Runs in the page: what the browser counts of the desktop's video. */
async function video() {
  const { peers } = globalThis as unknown as { peers: RTCPeerConnection[] };
  for (const peer of peers.toReversed()) {
    for (const each of (await peer.getStats()).values()) {
      if (each.type !== "inbound-rtp" || each.kind !== "video") continue;
      const { ssrc, framesReceived, framesDecoded, framesDropped, freezeCount, frameWidth } = each;
      const { keyFramesDecoded, pliCount, packetsLost, timestamp } = each;
      const frames = { framesReceived, framesDecoded, framesDropped, freezeCount, frameWidth };
      return { ssrc, ...frames, keyFramesDecoded, pliCount, packetsLost, timestamp };
    }
  }
  throw new Error("no video");
}

const numbers = ({ page }: DesktopPage) => page.evaluate(video);

/** Pictures a second that were decoded while `ms` went. */
async function rate(page: DesktopPage, ms: number) {
  const before = await numbers(page);
  await page.page.waitForTimeout(ms);
  const after = await numbers(page);
  const seconds = (after.timestamp - before.timestamp) / 1000;
  return {
    fps: (after.framesDecoded - before.framesDecoded) / seconds,
    freezes: after.freezeCount - before.freezeCount,
    width: after.frameWidth as number,
  };
}

async function flows(page: DesktopPage): Promise<void> {
  await page.waitFor(
    () => ((globalThis as unknown as InPage).figures.at(-1)?.fps ?? 0) > 3,
    START,
    "pictures that move",
  );
}

testWith(
  DESKTOP,
  "ten viewers get the same packets of one encoder, and who joins costs the others no frame that is seen",
  () =>
    playDesktop(async ({ host, browser }) => {
      await using _scrolling = await scrolling(host);
      const first = await openDesktopPage(browser, host.ready.url, "video", keepPeers);
      await flows(first);
      const alone = await rate(first, 3000);
      const pages = [first];
      const before = await numbers(first);
      const joins: { fps: number; freezes: number }[] = [];
      for (let n = 1; n < 10; n++) {
        const joining = openDesktopPage(browser, host.ready.url, "video", keepPeers);
        const during = await rate(first, 1500);
        joins.push(during);
        const page = await joining;
        await flows(page);
        pages.push(page);
      }
      const all = await Promise.all(pages.map(numbers));
      const after = all[0]!;
      const keyframes = after.keyFramesDecoded - before.keyFramesDecoded;
      console.log(JSON.stringify({ alone, joins, keyframes }));
      assert.equal(new Set(all.map(({ ssrc }) => ssrc)).size, 1, "one stream for all");
      // Where ten browsers share two cores some may have less than half of the best rate, and the smaller pictures.
      assert.ok(all.filter(({ frameWidth }) => frameWidth === 640).length >= 5, JSON.stringify(all));
      // How fast they come is a matter of the cores, but nothing is left out: no packet is missing, and each frame that came is decoded.
      assert.deepEqual([after.packetsLost, after.pliCount - before.pliCount], [0, 0], JSON.stringify(after));
      const undecoded = (of: typeof after) => of.framesReceived - of.framesDecoded - of.framesDropped;
      assert.ok(undecoded(after) <= 2, JSON.stringify(after));
      // One keyframe a joiner, and one for a browser that asks once more when it starts to decode.
      assert.ok(keyframes <= 18, `${keyframes} keyframes for nine who joined`);
      for (const page of pages) {
        assert.equal(
          await page.page.evaluate(() => (globalThis as unknown as InPage).desktop.path.how),
          "video",
        );
      }
    }),
);

testWith(
  LAB_DESKTOP,
  "a slow viewer gets a smaller encoding while it needs it, and another's pictures stay as they were",
  () =>
    playInLab(
      { seed: 41, link: { delayMs: 10 }, args: ["--desktop-bitrate", "1500k"] },
      async ({ lab, host, browser }) => {
        await using _scrolling = await scrolling(host);
        const fast = await openDesktopPage(browser, host.ready.url, "video", keepPeers);
        await flows(fast);
        await withBrowserOn(lab, "other", async (other) => {
          const slow = await openDesktopPage(other, host.ready.url, "video", keepPeers);
          await flows(slow);
          // Both as fast as each other: what two browsers on two shared cores show.
          const before = await rate(fast, 5000);
          await lab.shape("host", "other", { rateKbit: 500, queueBytes: 20_000 });
          await slow.waitFor(
            () => {
              const video = (globalThis as unknown as InPage).desktop.element.querySelector("video")!;
              return video.videoWidth === 320;
            },
            30_000,
            "the smaller encoding",
          );
          const during = await rate(fast, 5000);
          const few = await rate(slow, 4000);
          console.log(JSON.stringify({ before, during, few }));
          assert.equal(during.width, 640);
          assert.ok(during.fps > before.fps * 0.6, JSON.stringify({ before, during }));
          assert.ok(few.fps > 1, JSON.stringify(few));
          await lab.shape("host", "other", { rateKbit: 0 });
          // More than the smaller one takes, for 8 s.
          await slow.waitFor(
            () => {
              const video = (globalThis as unknown as InPage).desktop.element.querySelector("video")!;
              return video.videoWidth === 640;
            },
            60_000,
            "the whole encoding again",
          );
          const after = await rate(fast, 5000);
          assert.ok(after.fps > before.fps * 0.6, JSON.stringify({ before, after }));
        });
      },
    ),
);
