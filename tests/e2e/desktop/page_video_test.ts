/** Video of a desktop in the viewer's page, over a real media connection; and pictures over data when it stalls. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { ByteReader } from "../../../session/services/byte_reader.ts";
import { encodeMessage, nextMessage } from "../../../session/services/messages.ts";
import type { ServiceStream } from "../../../session/services/service_stream.ts";
import { MediaConnection, type MediaSignals } from "../../../transport/media/media_connection.ts";
import { nativeRtc } from "../../../transport/native/node_datachannel.ts";
import { testWith } from "../../support/needs.ts";
import { DesktopSender } from "../../transport/media/desktop_sender.ts";
import { eventually } from "../web/web_eventually.ts";
import { desktopPage, type DesktopScene, PAINTED } from "./desktop_page.ts";
import { jpegOf } from "./plain_images.ts";

/** A browser on two busy cores; ms. */
const SLOW = 30_000;
const NUMBERS = {
  ...{ fps: 30, bitrate: 2e6, captureMs: 1, encodeMs: 4, queueMs: 0.5, lost: 0, rttMs: 2 },
};

/** The host's end of media: an encoder of a file, and connections that come by streams. */
class Media implements AsyncDisposable {
  readonly connections: MediaConnection[] = [];
  private constructor(
    readonly sender: DesktopSender,
    private readonly rtc: Awaited<ReturnType<typeof nativeRtc>>,
  ) {}

  static async start(): Promise<Media> {
    return new Media(await DesktopSender.create(), await nativeRtc({ bind: "loopback" }));
  }

  readonly answer = async (stream: ServiceStream, from: ByteReader): Promise<void> => {
    const signals: MediaSignals = {
      send: (message) => void stream.write(encodeMessage(message)).catch(() => {}),
      onmessage: null,
    };
    const { video, audio } = this.sender.tracks;
    const connection = new MediaConnection({
      ...{ rtc: this.rtc, signals, iceServers: [], icePolicy: "all", video, audio },
    });
    const name = `viewer ${this.connections.push(connection)}`;
    connection.onstate = (state) => {
      if (state === "open") this.sender.tracks.add(name, connection);
    };
    try {
      for (;;) {
        const message = await nextMessage(from, 65_536);
        if (message === undefined) return;
        signals.onmessage?.(message);
      }
    } finally {
      this.sender.tracks.remove(name);
      await connection.close();
    }
  };

  async [Symbol.asyncDispose](): Promise<void> {
    this.sender[Symbol.dispose]();
    await Promise.all(this.connections.map((connection) => connection.close()));
    await this.rtc.close();
  }
}

/** What a host says once a second, until the scene is over. */
function telling({ host }: DesktopScene, { sender: { tracks } }: Media): Disposable {
  const timer = setInterval(() => {
    const at = performance.now();
    void host.say({ clock: { rtp: tracks.rtpTime((performance.timeOrigin + at) * 90), at } });
    void host.say({ numbers: NUMBERS });
  }, 500);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** What is on top, and how far the video is. */
function shown(page: Page) {
  return page.evaluate(() => {
    const video = document.querySelector<HTMLVideoElement>(".desktop-screen > video")!;
    const canvas = document.querySelector<HTMLCanvasElement>(".desktop-screen > canvas")!;
    const { visibility } = getComputedStyle(video);
    return { visibility, canvas: getComputedStyle(canvas).visibility, width: video.videoWidth };
  });
}

const about = async (act: (scene: DesktopScene, media: Media) => Promise<void>) => {
  await using media = await Media.start();
  await desktopPage({ kind: { media: media.answer } }, async (scene) => {
    using _telling = telling(scene, media);
    await act(scene, media);
  })();
};

testWith(
  PAINTED,
  "video shows with its age in legs; where it stalls, pictures over data take over and say why",
  () =>
    about(async (scene, media) => {
      const { host, page } = scene;
      await eventually(
        () => shown(page),
        ({ visibility, width }) => visibility === "visible" && width === 640,
        "the video",
        SLOW,
      );
      await page.getByRole("button", { name: "Numbers" }).click();
      await page.locator("#desktop-hud")
        .filter({
          hasText: /Age\s*[\d.]+ ms\s*host [\d.]+ ms \+ way [\d.]+ ms \+ here [\d.]+ ms[^]*video, direct/,
        })
        .waitFor({ timeout: SLOW });
      const age = await eventually(
        () => Promise.resolve(host.said.findLast(({ is }) => is === "age")),
        (said) => said?.is === "age" && said.value.rtp > 0,
        "the age of a frame",
        SLOW,
      );
      assert.ok(age?.is === "age");
      // Its own capture time, which the host knows, is that of the timestamp that the page tells.
      assert.ok(media.sender.captured.has(age.value.rtp), `${age.value.rtp} is a picture's`);
      assert.ok(age.value.ms > 0 && age.value.ms < 2000, `${age.value.ms} ms`);
      assert.equal(host.heads.some(({ kind }) => kind === "pictures"), false);

      // Nothing arrives any more, and the host says that it sends.
      media.connections[0]!.send = () => true;
      await eventually(
        () => Promise.resolve(host.said.findLast(({ is }) => is === "want")),
        (want) => want?.is === "want" && want.value.how === "pictures",
        "the wish for pictures",
        SLOW,
      );
      const want = host.said.findLast(({ is }) => is === "want");
      assert.match(
        want?.is === "want" && want.value.why || "",
        /^no picture came for [\d.]+ s$|^pictures were \d+ ms old$/,
      );
      await host.paint({ x: 0, y: 0, width: 640, height: 360, jpeg: await jpegOf("red", 640, 360) });
      await eventually(() => shown(page), ({ canvas }) => canvas === "visible", "the painted picture", SLOW);
      await page.locator("#desktop-bar .path").filter({ hasText: "pictures over data" }).waitFor({
        timeout: SLOW,
      });
    }),
);

testWith(
  PAINTED,
  "a connection that the host closes is made again when the person wants video",
  () =>
    about(async ({ host, page }, media) => {
      await eventually(() => shown(page), ({ width }) => width === 640, "the video", SLOW);
      await page.getByRole("button", { name: "Pictures and settings" }).click();
      await page.getByRole("menuitemcheckbox", { name: "Pictures: video" }).click();
      await media.connections[0]!.close();
      await eventually(
        () => Promise.resolve(media.connections.length),
        (count) => count >= 2,
        "another connection",
        SLOW,
      );
      await eventually(
        () => shown(page),
        ({ visibility }) => visibility === "visible",
        "the video again",
        SLOW,
      );
      assert.equal(host.heads.filter(({ kind }) => kind === "pictures").length, 0);
      const frames = () =>
        page.evaluate(() =>
          document.querySelector<HTMLVideoElement>(".desktop-screen > video")!.getVideoPlaybackQuality()
            .totalVideoFrames
        );
      const before = await frames();
      await eventually(frames, (now) => now !== before, "frames that go on", SLOW);
    }),
);
