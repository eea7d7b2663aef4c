/** The desktop's grant, taken back and given again while somebody uses it. */
import assert from "node:assert/strict";
import { pollAsync } from "../../../support/deadline.ts";
import { program, testWith } from "../../../support/needs.ts";
import { type HeadlessHost, hostEvent } from "../../headless.ts";
import { BEACH, SOON, START } from "../../scene.ts";
import { DESKTOP, type InPage, openDesktopPage, playDesktop } from "../desktop_scene.ts";

const FIRST = "#c02020";
const SECOND = "#2020c0";

testWith(
  [...DESKTOP, program("xdotool")],
  "beach ctl demote: the page is told that it may only look, and moves nothing; promote: it may again",
  () =>
    playDesktop(async ({ scene, host, browser }) => {
      const ctl = async (...words: string[]) => {
        const command = scene.run([...BEACH, "ctl", ...words]);
        const { code } = await command.waitForExit(START);
        assert.equal(code, 0, command.tail());
      };
      const pointer = async () => /^x:(\d+) y:(\d+)/.exec(await host.sh("xdotool getmouselocation"))![0];
      await host.sh(`xsetroot -solid '${FIRST}'`);
      const page = await openDesktopPage(browser, host.ready.url);
      const { peer } = await hostEvent(
        host as HeadlessHost,
        ({ event }) => event === "peer_joined",
        SOON,
        "peer",
      );
      const move = (x: number) =>
        page.page.evaluate((x) => (globalThis as unknown as InPage).desktop.move({ x, y: 20 }), x);
      await move(10);
      await pollAsync(async () => await pointer() === "x:10 y:20" || undefined, SOON, "the pointer");
      await ctl("demote", peer!);
      await page.waitFor(
        () => !(globalThis as unknown as InPage).desktop.settings.input,
        SOON,
        "that it may not",
      );
      await move(200);
      await host.sh(`xsetroot -solid '${SECOND}'`);
      await page.waitForColour(SECOND);
      assert.equal(await pointer(), "x:10 y:20");
      await ctl("promote", peer!);
      await page.waitFor(() => (globalThis as unknown as InPage).desktop.settings.input, SOON, "that it may");
      await move(300);
      await pollAsync(async () => await pointer() === "x:300 y:20" || undefined, SOON, "the pointer");
    }),
);
