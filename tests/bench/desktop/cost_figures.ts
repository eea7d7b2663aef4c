/** What a shared desktop costs its host. */
import { line } from "../figures.ts";
import { coreShare, memoryOf } from "./cost.ts";
import type { DesktopBench } from "./delay_figures.ts";
import type { Shown } from "./systems.ts";
import type { PageDesktop } from "../../../road/web/desktop/desktop.ts";

/** Viewers of the comparison with one. */
const MANY = 10;
/** The host makes the first picture sharp for 6 s at most, and Chromium has started by then, ms. */
const SETTLED = 10_000;

/** The host's per cents of a core with one viewer, for each thing that happens on the screen, and with ten; and its memory. */
export async function costFigures({ desktop, browser, ms, fps }: DesktopBench): Promise<void> {
  const { width, height } = desktop.size;
  const wanted: Readonly<Record<string, string>> = fps === 60
    ? { still: "1", clock: "3.5", type: "12", scroll: "-" }
    : { still: "-", clock: "-", type: "-", scroll: "35" };
  for (const mode of ["still", "clock", "type", "scroll"]) {
    await using _painter = await desktop.paint(mode, Math.min(fps, 30));
    const found: string[] = [];
    for (const system of [desktop.beach, desktop.vnc]) {
      await using shown = await system.show(browser);
      await shown.page.waitForTimeout(SETTLED);
      found.push(`${system.name} ${(await coreShare(shown.pids, ms)).toFixed(1)} %`);
    }
    line(`CPU ${width}x${height} ${mode}`, found[0]!, `wanted ${wanted[mode]} %`, found[1]!);
  }
  line(`memory ${width}x${height}`, `Beach ${memoryOf(desktop.pid).toFixed(0)} MB`);
  if (fps === 60) await manyFigures({ desktop, browser, ms });
}

/** Ten viewers beside one. Their decoders share this machine and slow all down, so what counts is the CPU of a picture that was made. */
async function manyFigures(
  { desktop, browser, ms }: Pick<DesktopBench, "desktop" | "browser" | "ms">,
): Promise<void> {
  await using _painter = await desktop.paint("scroll", 10);
  await using all = new AsyncDisposableStack();
  const shown: Shown[] = [];
  const costs: number[] = [];
  for (const viewers of [1, MANY]) {
    while (shown.length < viewers) shown.push(all.use(await desktop.beach.show(browser)));
    const { page } = shown[0]!;
    await page.waitForTimeout(SETTLED);
    await page.evaluate(() => {
      const counted: number[] = [];
      const { desktop } = globalThis as unknown as { desktop: PageDesktop };
      desktop.listen({ figures: ({ host }) => void (host && counted.push(host.fps)) });
      Object.assign(globalThis, { counted });
    });
    const share = await coreShare([desktop.pid], ms);
    const rates = await page.evaluate(() => (globalThis as unknown as { counted: number[] }).counted);
    costs.push(share * 10 / (rates.reduce((sum, rate) => sum + rate, 0) / rates.length));
  }
  const [one, many] = costs.map((cost) => `${cost.toFixed(2)} ms`);
  line("ten viewers, CPU of a picture", `${many} beside ${one} for one`, "wanted 1.3 times");
}
