/** A recording of a desktop, played by Chromium. */
import assert from "node:assert/strict";
import { loadFfmpeg } from "../../../cli/desktop/codec/node_av.ts";
import { OpusEncoder } from "../../../cli/desktop/codec/opus_encoder.ts";
import { Recorder } from "../../../cli/desktop/codec/recorder.ts";
import { record, SIZE } from "../../cli/desktop/codec/recordings.ts";
import { withBrowser } from "../../support/browser.ts";
import { desktopPack, packFolder } from "../../support/desktop_pack.ts";
import { chromium, testWith } from "../../support/needs.ts";
import { TempDir } from "../../support/temp_dir.ts";

/** Seconds of recording. */
const SECONDS = 2;

testWith(
  [chromium, desktopPack],
  "a recording plays in Chromium, with its colours and its sound",
  async () => {
    await using temp = await TempDir.create();
    const path = temp.join("desktop.mkv");
    const ffmpeg = await loadFfmpeg(packFolder());
    using opus = await OpusEncoder.open(ffmpeg, { bitrate: 96_000 });
    {
      await using recorder = await Recorder.open(ffmpeg, path, { ...SIZE, sound: opus.header });
      await record(ffmpeg, recorder, SECONDS);
    }
    const file = await Deno.readFile(path);
    const serve = (request: Request) =>
      new URL(request.url).pathname === "/"
        ? new Response("<video muted src=/desktop.mkv></video>", { headers: { "content-type": "text/html" } })
        : new Response(file, { headers: { "content-type": "video/x-matroska" } });
    await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, serve);
    await withBrowser(async (browser) => {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${server.addr.port}/`);
      const played = await page.evaluate(`(async () => {
      const video = document.querySelector("video");
      const over = new Promise((resolve, reject) => {
        video.onended = resolve;
        video.onerror = () => reject(new Error(video.error.message));
      });
      await video.play();
      await over;
      const canvas = Object.assign(document.createElement("canvas"), { width: video.videoWidth, height: video.videoHeight });
      const context = canvas.getContext("2d");
      context.drawImage(video, 0, 0);
      const pixel = (x) => [...context.getImageData(x, 20, 1, 1).data.slice(0, 3)];
      return {
        size: [video.videoWidth, video.videoHeight],
        time: video.currentTime,
        sound: video.webkitAudioDecodedByteCount > 0,
        colours: [26, 80, 133, 186, 240, 294].map(pixel),
      };
    })()`) as { size: number[]; time: number; sound: boolean; colours: number[][] };
      assert.deepEqual(played.size, [SIZE.width, SIZE.height]);
      assert.ok(Math.abs(played.time - SECONDS) < 0.1, `${played.time} s`);
      assert.ok(played.sound);
      const wanted = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255], [0, 0, 0], [255, 255, 0]];
      played.colours.forEach((colour, at) => {
        const far = Math.max(...colour.map((value, part) => Math.abs(value - wanted[at]![part]!)));
        assert.ok(far < 24, `${colour} in place of ${wanted[at]}`);
      });
    });
  },
);
