/** A page that shows a desktop which the test paints. */
import type { Page } from "playwright-core";
import { startRoad } from "../../../road/server.ts";
import { viewerAssets } from "../../../road/http/web_assets.ts";
import { ViewerPage, withBrowser } from "../../support/browser.ts";
import { chromium, type Need, program } from "../../support/needs.ts";
import { START } from "../scene.ts";
import { type DesktopKind, PaintedHost } from "./painted_host.ts";

/** What tests of such a page need. */
export const PAINTED: readonly Need[] = [chromium, program("ffmpeg")];

export interface DesktopScene {
  readonly host: PaintedHost;
  readonly viewer: ViewerPage;
  readonly page: Page;
}

export interface DesktopSetup {
  /** The desktop; default 640 by 360. */
  readonly kind?: Partial<DesktopKind>;
  /** The window, and what the person grants. */
  readonly page?: Parameters<typeof ViewerPage.open>[2];
  /** Joins by the link to watch with. */
  readonly view?: boolean;
  /** Runs in the page before anything of its own. */
  readonly before?: () => void;
}

/** A test with a page that shows a desktop. Errors in the page fail it. */
export function desktopPage(
  { kind, page, view = false, before }: DesktopSetup,
  act: (scene: DesktopScene) => Promise<void>,
): () => Promise<void> {
  return async () => {
    await using road = await startRoad({ assets: viewerAssets });
    await using host = await PaintedHost.start(road.url, { width: 640, height: 360, ...kind });
    await withBrowser(async (browser) => {
      const viewer = await ViewerPage.open(browser, view ? host.viewUrl : host.url, page, before);
      await viewer.page.waitForSelector("#desktop", { timeout: START });
      await act({ host, viewer, page: viewer.page });
      if (viewer.complaints.length > 0) throw new Error(viewer.complaints.join("\n"));
    });
  };
}

/** The colour of a pixel of the painted desktop, `[red, green, blue]`. */
export function pixel(page: Page, x: number, y: number): Promise<readonly number[]> {
  return page.evaluate(([x, y]) => {
    const canvas = document.querySelector<HTMLCanvasElement>(".desktop-screen > canvas")!;
    return [...canvas.getContext("2d")!.getImageData(x!, y!, 1, 1).data].slice(0, 3);
  }, [x, y]);
}

/** Where a place of the desktop is in the page. */
export async function inPage(page: Page, x: number, y: number): Promise<readonly [number, number]> {
  return await page.evaluate(([x, y]) => {
    const element = document.querySelector<HTMLElement>(".desktop-screen")!;
    const [across, down] = element.style.aspectRatio.split("/").map(Number);
    const { left, top, width, height } = element.getBoundingClientRect();
    return [left + (x! + 0.5) / across! * width, top + (y! + 0.5) / down! * height] as const;
  }, [x, y]);
}
