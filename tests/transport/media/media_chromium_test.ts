/** Chromium as viewer of H.264 that the host sends by RTP of its own. */

import assert from "node:assert/strict";
import { MediaConnection } from "../../../transport/media/media_connection.ts";
import { nativeRtc } from "../../../transport/native/node_datachannel.ts";
import { openBrowser } from "../../support/browser.ts";
import { deadline, poll, pollAsync } from "../../support/deadline.ts";
import { chromium, program, testWith } from "../../support/needs.ts";
import { DesktopSender, now } from "./desktop_sender.ts";
import { MediaPage, type Shown } from "./media_page.ts";

/** A browser on two busy cores; ms. */
const SOON = 20_000;

testWith(
  [chromium, program("ffmpeg")],
  "Chromium shows the pictures; a second viewer begins with a keyframe; PLI brings one; both close",
  async () => {
    const browser = await openBrowser();
    const rtc = await nativeRtc({ bind: "loopback" });
    using sender = await DesktopSender.create();
    try {
      const connect = async (name: string) => {
        const page = await MediaPage.open(browser);
        const { video, audio } = sender.tracks;
        const connection = new MediaConnection({
          rtc,
          signals: page.signals,
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
        sender.tracks.add(name, connection);
        return { page, connection };
      };
      const shows = async (page: MediaPage, count: number): Promise<Shown[]> => {
        const seen: Shown[] = [];
        await pollAsync(async () => seen.push(...await page.shown()) >= count, SOON, `${count} pictures`);
        return seen;
      };

      const first = await connect("first");
      assert.equal((await shows(first.page, 60)).at(-1)!.width, 640);

      const askedBefore = sender.asked.length;
      const second = await connect("second");
      const [seen] = await shows(second.page, 30);
      assert.equal(seen!.width, 640);
      assert.equal(sender.asked.length, askedBefore + 1, "the second viewer's coming asks for one keyframe");
      assert.equal((await second.page.videoStats()).keyFramesDecoded, 1);

      await shows(first.page, 10);
      const { framesReceived, framesDecoded, packetsLost, keyFramesDecoded } = await first.page.videoStats();
      assert.ok(
        framesReceived! - framesDecoded! <= 3 && packetsLost === 0,
        "the joiner costs the first viewer no picture",
      );
      assert.equal(keyFramesDecoded, sender.asked.length, "which got the joiner's keyframe too");

      // Pictures are lost and nothing is sent again: the decoder is stuck, and asks by PLI.
      const pli = new Promise<void>((resolve) => {
        const { onrtcp } = second.connection;
        second.connection.onrtcp = (event) => {
          onrtcp?.(event);
          if (event.kind === "keyframe") resolve();
        };
      });
      const { send } = second.connection;
      const until = now() + 300;
      second.connection.send = (stream, packet) =>
        now() < until || send.call(second.connection, stream, packet);
      await deadline(pli, SOON, "a PLI");
      await shows(second.page, 30);

      await poll(() => sender.tracks.numbers("first")?.rttMs !== undefined, SOON, "a round trip");
      const numbers = sender.tracks.numbers("first")!;
      assert.ok(numbers.rttMs! < 100, `${numbers.rttMs} ms on loopback`);
      assert.equal(numbers.lost, 0);

      sender.tracks.remove("second");
      await deadline(second.connection.close(), SOON, "the second connection's close");
      await pollAsync(async () => await second.page.state() !== "connected", SOON, "the page to hear of it");
      await first.page[Symbol.asyncDispose]();
      await deadline(first.connection.close(), SOON, "the first connection's close");
      await shows(second.page, 0);
    } finally {
      await browser.close();
      await rtc.close();
    }
  },
);
