/** A display that is there already, shared alone or beside a terminal, and what its end means. */
import assert from "node:assert/strict";
import { XServer } from "../../../cli/desktop/x11/x_server.ts";
import { packEnvironment } from "../../../support/desktop_pack.ts";
import { withBrowser } from "../../../support/browser.ts";
import { pollAsync } from "../../../support/deadline.ts";
import { program, testWith } from "../../../support/needs.ts";
import { headless, hostEvent } from "../../headless.ts";
import { Scene, SOON } from "../../scene.ts";
import { DESKTOP, type InPage, openDesktopPage } from "../desktop_scene.ts";

const OWN = [...DESKTOP, program("xdotool")];
const FIRST = "#c02020";
const SECOND = "#2020c0";

testWith(
  OWN,
  "--no-terminal: the desktop alone is seen and used; when its display ends the host ends, and says so",
  () =>
    Scene.play(async (scene) => {
      await using server = await XServer.start();
      await server.run("xsetroot", "-solid", FIRST);
      const env = { ...packEnvironment(), ...server.env };
      const host = await headless(scene, {
        args: ["--desktop", server.name, "--no-terminal"],
        command: [],
        env,
      });
      await withBrowser(async (browser) => {
        const page = await openDesktopPage(browser, host.ready.url);
        await page.waitForColour(FIRST);
        await server.run("xsetroot", "-solid", SECOND);
        await page.waitForColour(SECOND);
        await page.page.evaluate(() => (globalThis as unknown as InPage).desktop.move({ x: 11, y: 12 }));
        await pollAsync(
          async () => (await server.run("xdotool", "getmouselocation")).startsWith("x:11 y:12 ") || undefined,
          SOON,
          "the pointer",
        );
        server.kill();
        const { code, signal } = await host.process.waitForExit(SOON);
        assert.deepEqual([code, signal], [1, null], host.process.tail());
        const { message = "" } = await hostEvent(host, ({ event }) => event === "error", SOON, "the reason");
        assert.match(message, /^[^\n]*X display[^\n]*$/);
      });
    }),
);

testWith(
  OWN,
  "beside a terminal the end of the display ends the desktop alone, and viewers are told",
  () =>
    Scene.play(async (scene) => {
      await using server = await XServer.start();
      await server.run("xsetroot", "-solid", FIRST);
      const env = { ...packEnvironment(), ...server.env };
      const host = await headless(scene, { args: ["--desktop", server.name], env });
      await withBrowser(async (browser) => {
        const page = await openDesktopPage(browser, host.ready.url);
        await page.waitForColour(FIRST);
        server.kill();
        const why = await page.waitFor(
          () => (globalThis as unknown as InPage).aways.at(-1),
          SOON,
          "that it is away",
        );
        assert.match(why, /X display/);
        assert.match(host.process.stderr, /The desktop is not shared any more: [^\n]*X display/);
        const viewer = scene.join(host.ready.code);
        await viewer.waitForText(/^\$ ?$/m, SOON);
        viewer.type("echo $((6*7))\r");
        await viewer.waitForText(/^42$/m, SOON);
      });
    }),
);
