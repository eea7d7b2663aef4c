/** Ends of a desktop's parts: a browser that dies in the middle of a drag, media that come and go, and a host that is told to end meanwhile. */
import assert from "node:assert/strict";
import { openBrowser } from "../../../support/browser.ts";
import { poll } from "../../../support/deadline.ts";
import { program, testWith } from "../../../support/needs.ts";
import { descendants, isAlive, type ProcessRef, segmentsOf } from "../../../support/process_tree.ts";
import { Scene, SOON } from "../../scene.ts";
import { DESKTOP, desktopHost, type InPage, openDesktopPage, playDesktop } from "../desktop_scene.ts";

const FIRST = "#c02020";
const SECOND = "#2020c0";
/** Opening and closing of one viewer's media. */
const TIMES = 20;

function ourFamily(): Set<number> {
  return new Set(descendants(Deno.pid).map(({ pid }) => pid));
}

testWith(
  [...DESKTOP, program("xev")],
  "kill -9 of a viewer's browser in the middle of a drag: the button is up at once",
  () =>
    Scene.play(async (scene) => {
      const host = await desktopHost(scene);
      const heard = scene.dir.join("heard");
      await host.sh(`xev -geometry 300x300+0+0 -event button > ${heard} 2>&1 & echo`);
      const has = (what: string) => poll(() => Deno.readTextFileSync(heard).includes(what), SOON, what);
      const before = ourFamily();
      const browser = await openBrowser();
      try {
        const page = await openDesktopPage(browser, host.ready.url);
        await poll(() => Deno.readTextFileSync(heard) !== undefined, SOON, "xev");
        const dragging = () =>
          page.page.evaluate(() => {
            const { desktop: { input } } = globalThis as unknown as InPage;
            input.button(0, false, { x: 100, y: 100 });
            input.button(0, true, { x: 100, y: 100 });
            input.move({ x: 150, y: 150 });
          });
        // Until the window is there.
        for (const end = performance.now() + SOON; !Deno.readTextFileSync(heard).includes("ButtonPress");) {
          assert.ok(performance.now() < end, "a button that is pressed in the window");
          await dragging();
          await page.page.waitForTimeout(200);
        }
        const ups = () => Deno.readTextFileSync(heard).split("ButtonRelease").length;
        const downs = () => Deno.readTextFileSync(heard).split("ButtonPress").length;
        await poll(() => downs() > ups(), SOON, "a button that is held");
        // It is held as long as the viewer says so.
        await page.page.waitForTimeout(1000);
        assert.ok(downs() > ups(), "the button is held on");
        const family = descendants(Deno.pid).filter(({ pid, name }) =>
          !before.has(pid) && name.startsWith("chrom")
        );
        assert.ok(family.length > 0);
        const killed = performance.now();
        for (const { pid } of family) {
          try {
            Deno.kill(pid, "SIGKILL");
          } catch {
            // It went with its parent.
          }
        }
        await poll(() => downs() === ups(), SOON, "the button is up");
        const took = performance.now() - killed;
        console.log(`up after ${Math.round(took)} ms`);
        assert.ok(took < 2000, `${took} ms`);
        await has("ButtonRelease");
      } finally {
        await browser.close().catch(() => {});
      }
    }),
);

testWith(
  DESKTOP,
  `media that come and go ${TIMES} times, and a host that is told to end in the middle: nothing crashes, nothing is left`,
  async () => {
    const ours: number[] = [];
    const left: ProcessRef[] = [];
    await playDesktop(async ({ host, browser }) => {
      await host.sh(`xsetroot -solid '${FIRST}'`);
      const page = await openDesktopPage(browser, host.ready.url, "video");
      await page.waitForColour(FIRST);
      for (let n = 0; n < TIMES; n++) {
        const colour = n % 2 === 0 ? SECOND : FIRST;
        await page.page.evaluate(async (sooner) => {
          const here = globalThis as unknown as { -readonly [K in keyof InPage]: InPage[K] };
          here.desktop.close();
          const again = await here.session.desktop.open({ how: "video" });
          again.element.style.width = "640px";
          again.element.style.height = "480px";
          document.body.append(again.element);
          here.desktop = again;
          // Every third is closed before it has come up.
          if (!sooner) return;
          again.close();
          here.desktop = await here.session.desktop.open({ how: "video" });
          document.body.append(here.desktop.element);
        }, n % 3 === 0);
        await host.sh(`xsetroot -solid '${colour}'`);
        await page.waitForColour(colour);
      }
      left.push(...descendants(host.process.pid));
      ours.push(host.process.pid, ...left.map(({ pid }) => pid));
      // Pictures flow while it ends.
      await host.sh(
        "(for i in 1 2 3 4 5 6 7 8 9; do xsetroot -solid '#20c020'; xsetroot -solid '#c020c0'; sleep 0.05; done) >/dev/null 2>&1 &",
      );
      host.process.kill("SIGTERM");
      const { code, signal } = await host.process.waitForExit(SOON);
      assert.deepEqual([code, signal], [143, null], host.process.tail());
    });
    assert.ok(left.some(({ name }) => name === "Xvfb"));
    await poll(() => !left.some(isAlive), SOON, "the end of all that the host had started").catch((error) =>
      assert.fail(`${error.message}: ${left.filter(isAlive).map(({ name }) => name).join()}`)
    );
    assert.deepEqual(segmentsOf(ours), []);
  },
);
