/** A desktop full of text that stands still, seen by who comes to it. */
import assert from "node:assert/strict";
import { program, testWith } from "../../support/needs.ts";
import { SOON } from "../scene.ts";
import { DESKTOP, type InPage, openDesktopPage, playDesktop } from "./desktop_scene.ts";

const SIZE = { width: 1280, height: 960 };
/** Of two pictures the mean difference of brightness (0 to 255) up to which letters of 6 by 13 pixels are as sharp as on the screen. */
const SHARP = 3;

testWith(
  [...DESKTOP, program("ffmpeg")],
  "who comes to a desktop that stands still sees its text sharp, and so does who was there",
  () =>
    playDesktop(
      async ({ host, browser }) => {
        const text = "seq -s ' ' 1 9000; exec sleep 1000";
        void host.sh(`exec xterm -bw 0 -geometry 210x72+0+0 -e sh -c "${text}" 2>/dev/null`).catch(() => {});
        const first = await openDesktopPage(browser, host.ready.url, "video");
        await first.waitFor(
          () => document.querySelector("video")!.videoWidth > 0,
          SOON,
          "the desktop's video",
        );
        const other = await openDesktopPage(browser, host.ready.url, "video");
        for (const { page } of [other, first]) {
          let seen = Infinity;
          for (const end = performance.now() + SOON; seen > SHARP && performance.now() < end;) {
            const shown = Uint8Array.fromBase64(await page.evaluate(brightness, SIZE));
            seen = difference(shown, await grabbed(host.sh));
          }
          assert.ok(seen <= SHARP, `the picture is off by ${seen.toFixed(1)}`);
        }
      },
      [],
      { size: `${SIZE.width}x${SIZE.height}` },
    ),
);

/** The screen as it is: the brightness of each pixel. */
async function grabbed(sh: (line: string) => Promise<string>): Promise<Uint8Array> {
  const from = `-f x11grab -draw_mouse 0 -video_size ${SIZE.width}x${SIZE.height} -i "$DISPLAY"`;
  const to = "-frames:v 1 -f rawvideo -pix_fmt bgr0";
  const bytes = Uint8Array.fromBase64(await sh(`ffmpeg -loglevel error ${from} ${to} - | base64 -w 0`));
  return Uint8Array.from({ length: bytes.length / 4 }, (_, at) => bytes[4 * at + 1]!);
}

/** Runs in the page: the green of each pixel of its video, which says how bright it is. */
function brightness({ width, height }: { readonly width: number; readonly height: number }): string {
  const { desktop } = globalThis as unknown as InPage;
  const context = new OffscreenCanvas(width, height).getContext("2d")!;
  context.drawImage(desktop.element.querySelector("video")!, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  return Uint8Array.from({ length: width * height }, (_, at) => data[4 * at + 1]!).toBase64();
}

function difference(one: Uint8Array, other: Uint8Array): number {
  return one.reduce((sum, value, at) => sum + Math.abs(value - other[at]!), 0) / one.length;
}
