import assert from "node:assert/strict";
import { startRoad } from "../../../road/server.ts";
import { viewerAssets } from "../../../road/http/web_assets.ts";
import { chromium, testWith } from "../../support/needs.ts";
import { ViewerPage, withBrowser } from "../../support/browser.ts";
import { Scene, SOON, START } from "../scene.ts";
import { webHost } from "./web_scene.ts";

/** A page of another origin that embeds a session: what it shows are bytes, and how it ended. */
const page = (road: string, url: string, options: object) =>
  `<!doctype html><title>embedding</title><pre id="out"></pre><p id="how"></p>
<script type="module">
  import { join } from "${road}/beach.js";
  const how = document.getElementById("how");
  try {
    const session = await join(${JSON.stringify(url)}, ${JSON.stringify(options)});
    globalThis.session = session;
    how.textContent = session.role + " " + session.stats().link.path;
    const text = new TextDecoder();
    for await (const bytes of session.output) {
      document.getElementById("out").textContent += text.decode(bytes, { stream: true });
    }
    how.textContent = JSON.stringify(await session.closed);
  } catch (error) {
    how.textContent = error.name + ": " + error.message;
  }
</script>`;

interface Embedding {
  readonly session: { write(text: string): number; close(): Promise<void>; stats(): { received: number } };
}

for (const signalling of ["socket", "http"] as const) {
  testWith(
    [chromium],
    `/beach.js embeds a session in a page of another origin, signalling by ${signalling}`,
    () =>
      Scene.play(async (scene) => {
        let html = "";
        await using site = Deno.serve(
          { hostname: "127.0.0.1", port: 0, onListen: () => {} },
          () => new Response(html, { headers: { "content-type": "text/html" } }),
        );
        const allowed = `http://127.0.0.1:${site.addr.port}`;
        await using road = await startRoad({ assets: viewerAssets, allowOrigin: [allowed] });
        const host = await webHost(scene, ["--road", road.url]);
        const embed = (url: string) => html = page(road.url, url, { signalling, cols: 70, rows: 20 });
        embed(host.url);
        await withBrowser(async (browser) => {
          const viewer = await ViewerPage.open(browser, allowed);
          const how = viewer.page.locator("#how");
          const out = viewer.page.locator("#out");
          // The relay may be there first; over HTTP there is none.
          await how.filter({ hasText: signalling === "http" ? /^write direct$/ : /^write (?:direct|relay)$/ })
            .waitFor({ timeout: START });
          await out.filter({ hasText: "$ " }).waitFor({ timeout: SOON });
          const sockets = viewer.requests.filter((url) => url.startsWith("ws"));
          assert.equal(sockets.length, signalling === "socket" ? 1 : 0);
          await viewer.page.evaluate(() =>
            void (globalThis as unknown as Embedding).session.write("stty size; echo $((6*7))\r")
          );
          await out.filter({ hasText: /20 70\s+42/ }).waitFor({ timeout: SOON });
          assert.ok(
            await viewer.page.evaluate(() => (globalThis as unknown as Embedding).session.stats().received) >
              0,
          );
          await viewer.page.evaluate(() => (globalThis as unknown as Embedding).session.close());
          await how.filter({ hasText: '{"kind":"left"}' }).waitFor({ timeout: SOON });
          await host.process.waitForLine(
            (line) => line.includes("peer_left"),
            SOON,
            "the host to see it leave",
          );
          embed(host.url.replace(/#.*/, "#zoo-zone-zero"));
          await viewer.page.reload();
          await how.filter({ hasText: "JoinFailure: The secret is not the host's" }).waitFor({
            timeout: START,
          });
        });
      }),
  );
}
