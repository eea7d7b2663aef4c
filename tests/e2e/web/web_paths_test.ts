import assert from "node:assert/strict";
import { chromium, linux, testWith } from "../../support/needs.ts";
import { ViewerPage, withBrowser } from "../../support/browser.ts";
import { deadline } from "../../support/deadline.ts";
import { Scene, SOON, START } from "../scene.ts";
import { status } from "./web_eventually.ts";
import { onePage, PROMPT, webHost } from "./web_scene.ts";

testWith(
  [chromium],
  "where the browser may use no UDP the relay carries the session",
  onePage({ flags: ["--webrtc-ip-handling-policy=disable_non_proxied_udp"] }, async ({ viewer }) => {
    await viewer.type("echo $((6*7))\r");
    await viewer.waitForText(/^42$/m, SOON);
    await status(viewer, /^relay/);
    assert.deepEqual(viewer.complaints, []);
  }),
);

testWith(
  [chromium, linux],
  "a host that was away for 5 s: the page says so, keeps what is typed, and is exact again",
  onePage({}, async ({ viewer, host }) => {
    await viewer.type("echo ready\r");
    await viewer.waitForText(/^ready$/m, SOON);
    host.process.kill("SIGSTOP");
    try {
      await viewer.type("echo typed $((6*7)) meanwhile\r");
      await deadline(new Promise((resolve) => setTimeout(resolve, 5000)), 6000, "5 s without a host");
    } finally {
      host.process.kill("SIGCONT");
    }
    await viewer.waitForText(/^typed 42 meanwhile\n\$/m, 2 * SOON);
    assert.equal((await viewer.text()).match(/typed 42/g)!.length, 1);
  }),
);

testWith(
  [chromium],
  "links outlive the road, and a road that comes back is found again",
  () =>
    Scene.play(async (scene) => {
      const { road, url } = await scene.road();
      const host = await webHost(scene, ["--road", url]);
      await withBrowser(async (browser) => {
        const viewer = await ViewerPage.open(browser, host.url);
        await viewer.waitForText(PROMPT, START);
        await status(viewer, /^direct/);
        road.kill("SIGTERM");
        await road.waitForExit(SOON);
        await viewer.type("echo without $((6*7))\r");
        await viewer.waitForText(/^without 42$/m, SOON);
        await scene.road({}, Number(new URL(url).port));
        await viewer.page.context().setOffline(true);
        await viewer.page.context().setOffline(false);
        await viewer.type("echo again $((7*7))\r");
        await viewer.waitForText(/^again 49$/m, SOON);
      });
    }),
);
