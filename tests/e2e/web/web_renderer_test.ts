import assert from "node:assert/strict";
import { chromium, testWith } from "../../support/needs.ts";
import type { ViewerPage } from "../../support/browser.ts";
import { SOON } from "../scene.ts";
import { eventually } from "./web_eventually.ts";
import { onePage } from "./web_scene.ts";

/** WebGL without a graphics card. */
const SLOW_WEBGL = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"];

/** A test machine's WebGL is drawn by the processor, which the viewer takes for too slow: here it may not say so. */
function passForFast(): void {
  const { getContext } = HTMLCanvasElement.prototype;
  HTMLCanvasElement.prototype.getContext = function (
    this: HTMLCanvasElement,
    kind: string,
    options?: object,
  ) {
    return getContext.call(this, kind, { ...options, failIfMajorPerformanceCaveat: false });
  } as typeof getContext;
  const { getParameter } = WebGL2RenderingContext.prototype;
  WebGL2RenderingContext.prototype.getParameter = function (name) {
    const value = getParameter.call(this, name);
    return typeof value === "string" && /swiftshader/i.test(value) ? "A graphics card" : value;
  };
}

/** What the panel says of it. */
const drawnBy = (viewer: ViewerPage, name: string) =>
  eventually(
    async () => await viewer.page.textContent("#panel .numbers") ?? "",
    (words) => words.endsWith(`drawn by ${name}`),
    `drawing by ${name}`,
  );

/** How many pixels of the picture of a row are not its background. */
async function ink(viewer: ViewerPage, row: number): Promise<number> {
  const box = (await viewer.page.locator(".xterm-screen").boundingBox())!;
  const { rows } = await viewer.size();
  const height = box.height / rows;
  const png = await viewer.page.screenshot({
    clip: { x: box.x, y: box.y + row * height, width: box.width / 2, height },
  });
  return await viewer.page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    const picture = await createImageBitmap(new Blob([bytes]));
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    const context = canvas.getContext("2d")!;
    context.drawImage(picture, 0, 0);
    const { data } = context.getImageData(0, 0, picture.width, picture.height);
    const colours = new Map<number, number>();
    for (let i = 0; i < data.length; i += 4) {
      const colour = data[i]! << 16 | data[i + 1]! << 8 | data[i + 2]!;
      colours.set(colour, (colours.get(colour) ?? 0) + 1);
    }
    return data.length / 4 - Math.max(...colours.values());
  }, btoa(String.fromCharCode(...png)));
}

testWith(
  [chromium],
  "WebGL draws where it is fast; when the browser takes it away the DOM goes on",
  onePage({ args: ["--size", "60x20"], before: passForFast, flags: SLOW_WEBGL }, async ({ viewer }) => {
    await viewer.page.click("#status");
    await drawnBy(viewer, "webgl");
    await viewer.page.locator(".xterm-helper-textarea").focus();
    await viewer.type("clear; echo; echo '##################'\r");
    await viewer.waitForText(/^#{18}\n\$/m, SOON);
    await eventually(() => ink(viewer, 1), (pixels) => pixels > 500, "letters on the canvas");
    await eventually(() => ink(viewer, 6), (pixels) => pixels === 0, "an empty row");
    await viewer.page.evaluate(() => {
      const canvas = [...document.querySelectorAll<HTMLCanvasElement>(".xterm-screen canvas:not(.pictures)")]
        .find((canvas) => canvas.getContext("webgl2"))!;
      canvas.getContext("webgl2")!.getExtension("WEBGL_lose_context")!.loseContext();
    });
    await drawnBy(viewer, "dom");
    await viewer.type("echo; echo; echo '======'\r");
    await viewer.waitForText(/^======\n\$/m, SOON);
    await eventually(() => ink(viewer, 1), (pixels) => pixels > 500, "letters in the page");
    await eventually(() => ink(viewer, 5), (pixels) => pixels > 100, "what came after it");
    assert.deepEqual(viewer.complaints, []);
  }),
);

testWith(
  [chromium],
  "without a graphics card the DOM draws",
  onePage({}, async ({ viewer }) => {
    await viewer.page.click("#status");
    await drawnBy(viewer, "dom");
    assert.equal(await viewer.page.locator(".xterm-rows").count(), 1);
    assert.deepEqual(viewer.complaints, []);
  }),
);
