/** How long a desktop takes to show: what changes there, what is typed here, and its first picture. */
import { type Browser, ViewerPage } from "../../support/browser.ts";
import { START } from "../../e2e/scene.ts";
import { line, median, percentile } from "../figures.ts";
import { agesOf, type BenchDesktop, type InBenchPage, type Shown } from "./systems.ts";

export interface DesktopBench {
  readonly desktop: BenchDesktop;
  readonly browser: Browser;
  readonly rounds: number;
  /** How long one measurement takes. */
  readonly ms: number;
  readonly fps: number;
}

/** Letters of one measurement. */
const LETTERS = 40;
/** From one to the next: the picture before is sharp, and nothing runs any more. */
const LETTER_EVERY = 300;

export const half = (values: readonly number[]) =>
  `p50 ${median(values).toFixed(0).padStart(4)} p95 ${percentile(values, 0.95).toFixed(0).padStart(4)}`;

/** From a change on the desktop until it is painted. */
export async function ageFigures({ desktop, browser, rounds, ms, fps }: DesktopBench): Promise<void> {
  const { width, height } = desktop.size;
  const wanted = fps === 60 ? "wanted 25 / 45" : "wanted 40 / 60";
  for (const mode of ["stamp", "scroll"]) {
    await using _painter = await desktop.paint(mode, fps);
    const found = { Beach: [] as number[], noVNC: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      for (const system of [desktop.beach, desktop.vnc]) {
        await using shown = await system.show(browser);
        found[system.name].push(...await agesOf(shown, ms));
      }
    }
    const [beach, vnc] = (["Beach", "noVNC"] as const).map((name) =>
      `${name} ${half(found[name])} ms, ${(found[name].length / rounds / ms * 1000).toFixed(1)} a second`
    );
    line(`${width}x${height} ${fps}/s ${mode}`, beach!, wanted, vnc!);
  }
}

/** From a key at the viewer until its letter is painted, in an xterm. */
export async function keyFigures({ desktop, browser, rounds }: DesktopBench): Promise<void> {
  await using _xterm = desktop.spawn(
    "xterm",
    "-fs",
    "14",
    "-fa",
    "DejaVu Sans Mono",
    "-geometry",
    "90x20+0+0",
    "-e",
    "cat",
  );
  await desktop.host.sh(
    "for i in $(seq 100); do xwininfo -root -tree | grep -q xterm && break; sleep 0.1; done; sleep 1; xdotool mousemove 300 200 click 1",
  );
  const found = { Beach: [] as number[], noVNC: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    for (const system of [desktop.beach, desktop.vnc]) {
      await using shown = await system.show(browser);
      for (let letter = 0; letter < LETTERS; letter++) {
        found[system.name].push(await keyTime(shown, String.fromCharCode(97 + (letter + round) % 26)));
      }
    }
  }
  line(
    "key to painted letter",
    `Beach ${half(found.Beach)} ms`,
    "wanted 35 / 60",
    `noVNC ${half(found.noVNC)} ms`,
  );
}

/** Presses a letter when nothing has changed for a while; ms until the picture is another. */
async function keyTime({ page, selector }: Shown, letter: string): Promise<number> {
  await page.waitForTimeout(LETTER_EVERY);
  return await page.evaluate(async ([selector, letter, limit]) => {
    const source = document.querySelector<HTMLVideoElement | HTMLCanvasElement>(selector)!;
    const [width, height] = [1000, 500];
    const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true })!;
    const read = () => {
      context.drawImage(source, 0, 0, width, height, 0, 0, width, height);
      return context.getImageData(0, 0, width, height).data;
    };
    const before = read();
    const began = performance.now();
    (globalThis as unknown as InBenchPage).press(letter);
    for (;;) {
      const now = await new Promise<number>((resolve) => {
        const painted = () => resolve(performance.now());
        if (source instanceof HTMLVideoElement) source.requestVideoFrameCallback(painted);
        else requestAnimationFrame(painted);
        setTimeout(painted, limit);
      });
      const after = read();
      let changed = 0;
      // What an encoder refines is far from a letter's black and white.
      for (let i = 1; i < after.length; i += 4) if (Math.abs(after[i]! - before[i]!) > 96) changed++;
      if (changed >= 8) return now - began;
      if (now - began > limit) throw new Error(`no letter after ${limit} ms`);
    }
  }, [selector, letter, START] as const);
}

/** From a join until the desktop's first picture, beside the first screen of the terminal in the same page. */
export async function firstFigures({ desktop, browser, rounds }: DesktopBench): Promise<void> {
  await using _painter = await desktop.paint("still");
  const [after, joins, vnc]: number[][] = [[], [], []];
  for (let round = 0; round < 2 * rounds; round++) {
    const { screen, picture } = await joinTimes(browser, desktop.host.ready.url);
    after!.push(picture - screen);
    joins!.push(picture);
    await using shown = await desktop.vnc.show(browser);
    vnc!.push(shown.firstPicture);
  }
  line(
    "first picture",
    `Beach ${median(after!).toFixed(0)} ms after the terminal's screen, ${
      median(joins!).toFixed(0)
    } after the join began`,
    "wanted 400 after",
    `noVNC ${median(vnc!).toFixed(0)} after the connection began`,
  );
}

/** ms from a join to the terminal's first bytes and to the desktop's first painted picture. */
async function joinTimes(
  browser: Browser,
  url: string,
): Promise<{ readonly screen: number; readonly picture: number }> {
  const { page } = await ViewerPage.open(browser, `${new URL(url).origin}/beach.js`);
  try {
    // A window's own start is no part of a join.
    await page.waitForTimeout(1000);
    return await page.evaluate(async (url) => {
      document.body.textContent = "";
      const { join } = await import(
        new URL("/beach.js", location.href).href
      ) as typeof import("../../../road/web/embed/beach.ts");
      const began = performance.now();
      const session = await join(url);
      const reader = session.output.getReader();
      const screen = reader.read().then(() => performance.now() - began);
      const { element } = await session.desktop.open({ how: "video" });
      document.body.append(element);
      const video = element.querySelector("video")!;
      await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
      return { picture: performance.now() - began, screen: await screen };
    }, url);
  } finally {
    await page.context().close();
  }
}
