/** A shared desktop through the lab's networks: how old its pictures are, and how many bytes it takes. */
import { Lab } from "../../net/lab.ts";
import type { LinkShape } from "../../net/link.ts";
import { withBrowserOn } from "../../support/browser.ts";
import { Scene } from "../../e2e/scene.ts";
import { line } from "../figures.ts";
import { half } from "./delay_figures.ts";
import { agesOf, BenchDesktop } from "./systems.ts";

const SIZE = { width: 1280, height: 720 };
const NETWORKS: Readonly<
  Record<string, { readonly link: Partial<LinkShape>; readonly mode: string; readonly wanted: string }>
> = {
  "100 ms, 2 % lost, a stamp": { link: { delayMs: 50, loss: 0.02 }, mode: "stamp", wanted: "wanted p50 90" },
  "2 Mbit/s, 100 ms, 2 % lost, scrolling": {
    link: { rateKbit: 2000, delayMs: 50, loss: 0.02 },
    mode: "scroll",
    wanted: "wanted 120 / 250",
  },
};

/** Ages of pictures, in turns with noVNC over TCP. */
export async function netFigures(rounds: number, ms: number): Promise<void> {
  for (const [name, { link, mode, wanted }] of Object.entries(NETWORKS)) {
    const found = { Beach: [] as number[], noVNC: [] as number[] };
    await inLab(link, async (desktop, browser) => {
      await using _painter = await desktop.paint(mode, 30);
      for (let round = 0; round < rounds; round++) {
        for (const system of [desktop.beach, desktop.vnc]) {
          await using shown = await system.show(browser);
          found[system.name].push(...await agesOf(shown, ms));
        }
      }
    });
    const rate = (ages: readonly number[]) => `${(ages.length / rounds / ms * 1000).toFixed(1)} a second`;
    line(
      name,
      `Beach ${half(found.Beach)} ms, ${rate(found.Beach)}`,
      wanted,
      `noVNC ${half(found.noVNC)} ms, ${rate(found.noVNC)}`,
    );
  }
}

/** Bytes of IP from the host to one viewer. */
export async function trafficFigures(ms: number): Promise<void> {
  await inLab({}, async (desktop, browser, lab) => {
    const sent = async () => (await lab.counters("host", "viewer")).sentBytes;
    for (const mode of ["still", "clock", "type"]) {
      await using _painter = await desktop.paint(mode);
      const found: string[] = [];
      for (const system of [desktop.beach, desktop.vnc]) {
        await using shown = await system.show(browser);
        // The first picture becomes sharp for 6 s at most.
        await shown.page.waitForTimeout(10_000);
        const [before, began] = [await sent(), performance.now()];
        await shown.page.waitForTimeout(ms);
        const perSecond = (await sent() - before) / (performance.now() - began);
        // Ten letters a second.
        found.push(
          mode === "type"
            ? `${system.name} ${(perSecond / 10).toFixed(2)} kB a letter`
            : `${system.name} ${perSecond.toFixed(2)} kB/s`,
        );
      }
      line(
        `traffic, ${mode}`,
        found[0]!,
        mode === "still" ? "wanted 3 kB/s" : mode === "type" ? "wanted 15 kB" : "",
        found[1]!,
      );
    }
  });
}

async function inLab(
  link: Partial<LinkShape>,
  act: (
    desktop: BenchDesktop,
    browser: Parameters<Parameters<typeof withBrowserOn>[2]>[0],
    lab: Lab,
  ) => Promise<void>,
): Promise<void> {
  await using lab = await Lab.create({ seed: 7, hosts: ["host", "viewer"], link });
  await Scene.play(async (scene) => {
    const desktop = await BenchDesktop.start(scene, SIZE, ["--desktop-fps", "30"], lab);
    await withBrowserOn(lab, "viewer", (browser) => act(desktop, browser, lab));
  }, lab);
}
