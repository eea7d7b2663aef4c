/** The lines of `road/API.md` about a host's desktop, run as they stand in a page of another origin. */
import assert from "node:assert/strict";
import { ROOT } from "../../../scripts/files.ts";
import { startRoad } from "../../../road/server.ts";
import { viewerAssets } from "../../../road/http/web_assets.ts";
import { ViewerPage, withBrowser } from "../../support/browser.ts";
import { testWith } from "../../support/needs.ts";
import { jpegOf } from "./plain_images.ts";
import { SOON, START } from "../scene.ts";
import { eventually } from "../web/web_eventually.ts";
import { PAINTED } from "./desktop_page.ts";
import { arrived } from "./input_words.ts";
import { PaintedHost } from "./painted_host.ts";

const html = (road: string, url: string, example: string) =>
  `<!doctype html><title>page</title><pre id="said"></pre>
<style>body { margin: 0 } .desktop-screen { width: 320px; height: 180px }</style>
<script type="module">
  import { join } from "${road}/beach.js";
  const said = document.getElementById("said");
  const console = { log: (...words) => said.textContent += words.join(" ") + "\\n" };
  try {
    const session = await join(${JSON.stringify(url)});
    void session.output.pipeTo(new WritableStream()).catch(() => {});
    console.log("shared", session.desktop.shared);
    ${example}
  } catch (error) {
    console.log(String(error));
  }
</script>`;

testWith(
  PAINTED,
  "the example of road/API.md shows a desktop in any page, and hands it to a person",
  async () => {
    const [, example] = /```js\n([^`]*session\.desktop\.open[^`]*)```/.exec(
      await Deno.readTextFile(`${ROOT}road/API.md`),
    )!;
    let body = "";
    await using site = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      () => new Response(body, { headers: { "content-type": "text/html" } }),
    );
    const origin = `http://127.0.0.1:${site.addr.port}`;
    await using road = await startRoad({ assets: viewerAssets, allowOrigin: [origin] });
    await using host = await PaintedHost.start(road.url, { width: 640, height: 360 });
    body = html(road.url, host.url, example!);
    await withBrowser(async (browser) => {
      const { page, complaints } = await ViewerPage.open(browser, origin);
      await page.locator("#said").filter({ hasText: /shared true[^]*640 360 true/ }).waitFor({
        timeout: START,
      });
      const number = await host.paint({
        ...{ x: 0, y: 0, width: 640, height: 360 },
        jpeg: await jpegOf("green", 640, 360),
      });
      await eventually(() => Promise.resolve(host.shown), (shown) => shown === number, "the picture");
      await page.locator("#said").filter({ hasText: "pictures come as pictures this host has no encoder" })
        .waitFor({ timeout: SOON });
      await host.say({ notice: "hello" });
      await page.locator("#said").filter({ hasText: "hello" }).waitFor({ timeout: SOON });
      const { x, y } = (await page.locator(".desktop-screen").boundingBox())!;
      await page.mouse.click(x + 50, y + 20);
      assert.deepEqual(await arrived(host, 2), ["+0@100,40", "-0@100,40"]);
      await page.keyboard.press("a");
      assert.deepEqual(await arrived(host, 2), ["+KeyA:a", "-KeyA:a"]);
      assert.deepEqual(complaints, []);
    });
  },
);
