import assert from "node:assert/strict";
import { startCoturn } from "../../net/coturn.ts";
import { DEVICE } from "../../net/router.ts";
import { Lab } from "../../net/lab.ts";
import { ViewerPage, withBrowserOn } from "../../support/browser.ts";
import { chromium, lab as needsLab, program, testWith } from "../../support/needs.ts";
import { Scene, SOON, START } from "../scene.ts";
import { status } from "./web_eventually.ts";
import { PROMPT, webHost } from "./web_scene.ts";

const SECRET = "a-secret-of-this-test-alone";

/** Chromium looks for its own address on the way to the internet, and has none without one; the lab's router drops what goes there. */
async function route(lab: Lab, host: string): Promise<void> {
  await using ip = lab.run(host, ["ip", "route", "replace", "default", "dev", DEVICE]);
  assert.equal((await ip.waitForExit(SOON)).code, 0, ip.stderr);
}

testWith(
  [chromium, needsLab, program("turnserver")],
  "browser and host that can't reach each other meet at a TURN server, and the page says so",
  async () => {
    await using lab = await Lab.create({ seed: 5, hosts: ["host", "viewer", "middle"] });
    await lab.shape("host", "viewer", { down: true });
    await route(lab, "viewer");
    await Scene.play(async (scene) => {
      await using coturn = await startCoturn(lab, "middle", SECRET, scene.dir);
      const config = scene.dir.join("road.json");
      const servers = [{ urls: [`turn:${lab.address("middle")}:3478`], credentialSecret: SECRET }];
      await Deno.writeTextFile(config, JSON.stringify({ webrtc: { servers } }));
      const { url } = await scene.road({ on: "middle", args: ["--config", config] });
      const host = await webHost(scene, ["--road", url], undefined, "host");
      await withBrowserOn(lab, "viewer", async (browser) => {
        const viewer = await ViewerPage.open(browser, host.url);
        await viewer.waitForText(PROMPT, START);
        await status(viewer, /^TURN/, START);
        await viewer.type("echo $((6*7))\r");
        await viewer.waitForText(/^42$/m, SOON);
        assert.equal((await lab.counters("host", "viewer")).delivered, 0);
        assert.match(coturn.stdout, /ALLOCATE processed, success/);
        assert.deepEqual(viewer.complaints, []);
      });
    }, lab);
  },
);

testWith(
  [chromium, needsLab],
  "the browser's network is gone for a while, and then another one: nothing typed is lost or doubled",
  async () => {
    await using lab = await Lab.create({
      seed: 6,
      hosts: ["host", "viewer", "road"],
      link: { delayMs: 5 },
    });
    await route(lab, "viewer");
    await Scene.play(async (scene) => {
      const { url } = await scene.road({ on: "road" });
      const host = await webHost(scene, ["--road", url], undefined, "host");
      await withBrowserOn(lab, "viewer", async (browser) => {
        const viewer = await ViewerPage.open(browser, host.url);
        await viewer.waitForText(PROMPT, START);
        await status(viewer, /^direct/, START);
        await lab.cut("viewer");
        await viewer.type("echo typed in the dark $((6*7))\r");
        await status(viewer, /reconnecting|last heard/);
        await lab.restore("viewer");
        await viewer.waitForText(/^typed in the dark 42\n\$/m, SOON);
        await status(viewer, /^(?:direct|relay)/);
        await lab.moveAddress("viewer");
        await route(lab, "viewer");
        await viewer.type("echo from elsewhere $((7*7))\r");
        await viewer.waitForText(/^from elsewhere 49\n\$/m, SOON);
        await status(viewer, /^direct/, START);
        assert.equal(
          (await viewer.text()).match(/^(?:typed in the dark 42|from elsewhere 49)$/gm)!.length,
          2,
        );
        await viewer.type("seq -s' ' 40\r");
        await viewer.waitForText(/ 39 40\n\$/m, SOON);
      });
    }, lab);
  },
);
