/** A page of another origin that has joined a real host through `/beach.js`; and services for that host to offer. */
import type { Page } from "playwright-core";
import { startRoad } from "../../../road/server.ts";
import { viewerAssets } from "../../../road/http/web_assets.ts";
import type { BeachSession, ServiceError } from "../../../road/web/embed/beach.ts";
import { ViewerPage, withBrowser } from "../../support/browser.ts";
import { ROOT } from "../../../scripts/files.ts";
import { Scene, SHELL, START } from "../scene.ts";
import { type WebHost, webHost } from "../web/web_scene.ts";

/** A native-messaging program, as a command for `--native`. */
export const NATIVE_ECHO = `python3 '${ROOT}tests/support/native_echo.py'`;

/** What the page of the scene has for functions that run in it. */
export interface InPage {
  readonly session: BeachSession;
  readonly ServiceError: typeof ServiceError;
}

export interface SessionPage {
  readonly scene: Scene;
  readonly page: Page;
  readonly host: WebHost;
}

const html = (road: string, url: string) =>
  `<!doctype html><title>page</title><p id="how"></p>
<script type="module">
  import { join, ServiceError } from "${road}/beach.js";
  const how = document.getElementById("how");
  try {
    const session = await join(${JSON.stringify(url)});
    // Nobody shows the terminal.
    void session.output.pipeTo(new WritableStream()).catch(() => {});
    Object.assign(globalThis, { session, ServiceError });
    how.textContent = "joined";
  } catch (error) {
    how.textContent = String(error);
  }
</script>`;

/** Runs a test with a page that has joined `beach host`, started with `args` (after the scene's folder is there). */
export function sessionPage(
  args: (scene: Scene) => readonly string[] | Promise<readonly string[]>,
  act: (page: SessionPage) => Promise<void>,
  code: "url" | "viewUrl" = "url",
): Promise<void> {
  return Scene.play(async (scene) => {
    let body = "";
    await using site = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      () => new Response(body, { headers: { "content-type": "text/html" } }),
    );
    const origin = `http://127.0.0.1:${site.addr.port}`;
    await using road = await startRoad({ assets: viewerAssets, allowOrigin: [origin] });
    const host = await webHost(scene, ["--road", road.url, ...await args(scene)], SHELL);
    body = html(road.url, host[code]);
    await withBrowser(async (browser) => {
      const viewer = await ViewerPage.open(browser, origin);
      await viewer.page.locator("#how").filter({ hasText: /./ }).waitFor({ timeout: START });
      const how = await viewer.page.locator("#how").textContent();
      if (how !== "joined") throw new Error(`${how}\n${host.process.tail()}`);
      await act({ scene, page: viewer.page, host });
    });
  });
}
