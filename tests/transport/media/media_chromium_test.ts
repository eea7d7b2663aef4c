/** Chromium as viewer of H.264 that the host sends by RTP of its own. */

import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import { MediaConnection } from "../../../transport/media/media_connection.ts";
import type { MediaFactory } from "../../../transport/media/media_peer.ts";
import { nativeRtc } from "../../../transport/native/node_datachannel.ts";
import { openBrowser } from "../../support/browser.ts";
import { deadline, poll, pollAsync } from "../../support/deadline.ts";
import { chromium, program, testWith } from "../../support/needs.ts";
import { DesktopSender, now } from "./desktop_sender.ts";
import { MediaPage, type Shown } from "./media_page.ts";

/** A browser on two busy cores; ms. */
const SOON = 20_000;

interface Viewer {
  readonly page: MediaPage;
  readonly connection: MediaConnection;
}

class Scene {
  private constructor(
    readonly browser: Browser,
    readonly rtc: MediaFactory,
    readonly sender: DesktopSender,
  ) {}

  static async play(act: (scene: Scene) => Promise<void>): Promise<void> {
    const browser = await openBrowser();
    const rtc = await nativeRtc({ bind: "loopback" });
    using sender = await DesktopSender.create();
    try {
      await act(new Scene(browser, rtc, sender));
    } finally {
      await browser.close();
      await rtc.close();
    }
  }

  /** A page that is sent the video as soon as its tracks are open. */
  async join(name: string): Promise<Viewer> {
    const page = await MediaPage.open(this.browser);
    const { video, audio } = this.sender.tracks;
    const { signals } = page;
    const connection = new MediaConnection({
      rtc: this.rtc,
      signals,
      iceServers: [],
      icePolicy: "all",
      video,
      audio,
    });
    const open = new Promise<void>((resolve) => {
      connection.onstate = (state) => {
        if (state === "open") resolve();
      };
    });
    await page.offer();
    await deadline(open, SOON, `${name}'s tracks to open`);
    this.sender.tracks.add(name, connection);
    return { page, connection };
  }
}

/** Waits for so many more pictures of a page. */
async function shows({ page }: Viewer, count: number): Promise<Shown[]> {
  const seen: Shown[] = [];
  await pollAsync(async () => seen.push(...await page.shown()) >= count, SOON, `${count} pictures`);
  return seen;
}

testWith(
  [chromium, program("ffmpeg")],
  "Chromium shows the pictures; a second viewer begins with a keyframe and costs the first none; both close",
  () =>
    Scene.play(async (scene) => {
      const { tracks, asked } = scene.sender;
      const first = await scene.join("first");
      assert.equal((await shows(first, 60)).at(-1)!.width, 640);
      const before = asked.length;
      const second = await scene.join("second");
      assert.equal((await shows(second, 30))[0]!.width, 640);
      assert.equal(asked.length, before + 1, "the second viewer's coming asks for one keyframe");
      assert.equal((await second.page.videoStats()).keyFramesDecoded, 1);

      await shows(first, 10);
      const { framesReceived, framesDecoded, packetsLost, keyFramesDecoded } = await first.page.videoStats();
      assert.ok(framesReceived! - framesDecoded! <= 3, `${framesDecoded} of ${framesReceived} pictures`);
      assert.equal(packetsLost, 0);
      assert.equal(keyFramesDecoded, asked.length, "which got the joiner's keyframe too");

      await poll(() => tracks.numbers("first")?.rttMs !== undefined, SOON, "a round trip");
      await poll(() => tracks.numbers("first")?.remb !== undefined, SOON, "the viewer's own estimate");

      tracks.remove("second");
      await deadline(second.connection.close(), SOON, "the second connection's close");
      await pollAsync(async () => await second.page.state() !== "connected", SOON, "the page to hear of it");
      await first.page[Symbol.asyncDispose]();
      await deadline(first.connection.close(), SOON, "the first connection's close");
    }),
);

testWith(
  [chromium, program("ffmpeg")],
  "a viewer that lost packets for good asks by PLI, and goes on with a keyframe",
  () =>
    Scene.play(async (scene) => {
      const viewer = await scene.join("viewer");
      const { connection } = viewer;
      await shows(viewer, 10);
      const pli = new Promise<void>((resolve) => {
        const { onrtcp } = connection;
        connection.onrtcp = (event) => {
          if (event.kind !== "nack") onrtcp?.(event); // nothing is sent again
          if (event.kind === "keyframe") resolve();
        };
      });
      const { send } = connection;
      const before = scene.sender.asked.length;
      const until = now() + 300;
      connection.send = (stream, packet) => now() < until || send.call(connection, stream, packet);
      await deadline(pli, SOON, "a PLI");
      await poll(() => scene.sender.asked.length > before, SOON, "a keyframe to be asked for");
      await viewer.page.shown();
      await shows(viewer, 10);
    }),
);
