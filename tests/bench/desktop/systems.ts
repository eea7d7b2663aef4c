/** Two ways to show one X display in Chromium, Beach and x11vnc with noVNC, behind one surface, so that each figure has its baseline beside it. */
import type { Page } from "playwright-core";
import type { Lab } from "../../net/lab.ts";
import type { Browser } from "../../support/browser.ts";
import { Spawned } from "../../support/spawned.ts";
import {
  type DesktopHost,
  desktopHost,
  type InPage,
  openDesktopPage,
} from "../../e2e/desktop/desktop_scene.ts";
import { type Scene, START } from "../../e2e/scene.ts";
import { CELL, CELLS, LEFT, type Stamps, TOP, watchStamps } from "./stamp.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A desktop that Chromium shows. */
export interface Shown extends AsyncDisposable {
  readonly page: Page;
  /** Of the element with the pixels. */
  readonly selector: string;
  /** ms from the first step to the first picture that has something on it. */
  readonly firstPicture: number;
  /** The processes that serve it. */
  readonly pids: readonly number[];
}

/** What the page of each system has. */
export interface InBenchPage {
  /** Presses and lets go the key of a letter. */
  press(letter: string): void;
}

export interface System {
  readonly name: "Beach" | "noVNC";
  show(browser: Browser): Promise<Shown>;
}

/** Displays of several network namespaces take the same number, and each other's socket in this folder: a host of the lab has its own. */
const OWN_SOCKETS = [
  "unshare",
  "--mount",
  "sh",
  "-c",
  'mount -t tmpfs -o mode=1777 tmpfs /tmp/.X11-unix && exec "$@"',
  "sh",
];

/** A host with a display, what paints there, and both systems for it. */
export class BenchDesktop {
  private constructor(
    readonly host: DesktopHost,
    readonly size: Size,
    private readonly environment: Record<string, string>,
    private readonly lab: Lab | undefined,
  ) {}

  static async start(scene: Scene, size: Size, args: readonly string[], lab?: Lab): Promise<BenchDesktop> {
    const host = await desktopHost(scene, args, {
      size: `${size.width}x${size.height}`,
      ...(lab ? { on: "host", under: OWN_SOCKETS } : {}),
    });
    const [display, authority] = (await host.sh('printf "%s\\n%s" "$DISPLAY" "$XAUTHORITY"')).split("\n");
    return new BenchDesktop(host, size, { DISPLAY: display!, XAUTHORITY: authority! }, lab);
  }

  /** The CPU of the X server is not the host's: who shares a screen has one. */
  get pid(): number {
    return this.host.process.pid;
  }

  /** What comes before a command that uses the display. */
  get #inside(): readonly string[] {
    return this.lab ? ["nsenter", "--mount", "-t", String(this.pid), "--"] : [];
  }

  /** A program of this folder on the display; it ends with its disposal. */
  async paint(mode: string, fps = 30): Promise<Spawned> {
    const script = new URL("./painter.ts", import.meta.url).pathname;
    const argv = [Deno.execPath(), "run", "-A", "--no-check", script, mode, String(fps)];
    const painter = Spawned.start([...this.#inside, ...argv], { env: this.environment });
    await painter.waitForOutput(/^ready$/m, START);
    return painter;
  }

  /** Any program on the display. */
  spawn(...argv: readonly string[]): Spawned {
    return Spawned.start(argv, { env: { ...this.environment, LC_ALL: "C.UTF-8" } });
  }

  get beach(): System {
    return { name: "Beach", show: (browser) => this.#showBeach(browser) };
  }

  get vnc(): System {
    return { name: "noVNC", show: (browser) => this.#showVnc(browser) };
  }

  async #showBeach(browser: Browser): Promise<Shown> {
    const { url } = this.host.ready;
    const began = performance.now();
    const { page } = await openDesktopPage(browser, url, "video");
    const selector = ".desktop-screen video";
    await this.#place(page, selector);
    const firstPicture = await this.#firstPicture(page, selector, began);
    return {
      page,
      selector,
      firstPicture,
      pids: [this.pid],
      [Symbol.asyncDispose]: () => page.context().close(),
    };
  }

  async #showVnc(browser: Browser): Promise<Shown> {
    const stack = new AsyncDisposableStack();
    const start = (...argv: readonly string[]) => {
      const command = [...this.#inside, ...this.lab ? this.lab.command("host", argv) : argv];
      return stack.use(Spawned.start(command, { env: this.environment }));
    };
    const address = this.lab ? this.lab.address("host") : "127.0.0.1";
    const [port, web] = [freePort(), freePort()];
    // Its pauses (20 ms before it looks, 20 before it sends) are shorter than usual: its times are as good as it can.
    const server = start(
      "x11vnc",
      "-nopw",
      "-forever",
      "-shared",
      "-rfbport",
      String(port),
      "-wait",
      "5",
      "-defer",
      "5",
    );
    await server.waitForOutput(/screen setup finished/, START);
    const proxy = start(
      "/usr/bin/websockify",
      "--web",
      "/usr/share/novnc",
      `${address}:${web}`,
      `127.0.0.1:${port}`,
    );
    await proxy.waitForOutput(/proxying from/, START);
    const context = await browser.newContext({ viewport: this.size });
    stack.defer(() => context.close());
    const page = await context.newPage();
    await page.goto(`http://${address}:${web}/core/rfb.js`);
    const began = performance.now();
    await page.evaluate(async () => {
      document.body.textContent = "";
      document.body.style.margin = "0";
      const module = "/core/rfb.js";
      const { default: Rfb } = await import(module);
      const rfb = new Rfb(document.body, `ws://${location.host}/websockify`, {});
      const page: InBenchPage = {
        press: (letter) => rfb.sendKey(letter.charCodeAt(0), `Key${letter.toUpperCase()}`),
      };
      Object.assign(globalThis, page);
    });
    const selector = "div canvas";
    const firstPicture = await this.#firstPicture(page, selector, began);
    return {
      page,
      selector,
      firstPicture,
      pids: [server.pid, proxy.pid],
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    };
  }

  /** As large as the desktop, so that nothing is scaled. */
  async #place(page: Page, selector: string): Promise<void> {
    await page.setViewportSize(this.size);
    await page.evaluate(([width, height]) => {
      document.body.style.margin = "0";
      const { desktop: { element, input } } = globalThis as unknown as InPage;
      const page: InBenchPage = {
        press: (letter) => {
          input.press(`Key${letter.toUpperCase()}`, letter);
          input.release(`Key${letter.toUpperCase()}`);
        },
      };
      Object.assign(globalThis, page);
      [element.style.width, element.style.height] = [`${width}px`, `${height}px`];
    }, [this.size.width, this.size.height]);
    await page.waitForSelector(selector, { state: "attached", timeout: START });
  }

  async #firstPicture(page: Page, selector: string, began: number): Promise<number> {
    await page.evaluate(async ([selector, limit]) => {
      const end = performance.now() + limit;
      const context = new OffscreenCanvas(8, 8).getContext("2d", { willReadFrequently: true })!;
      for (;;) {
        await new Promise(requestAnimationFrame);
        const source = document.querySelector<HTMLVideoElement | HTMLCanvasElement>(selector);
        if (source && (source instanceof HTMLVideoElement || source.width > 0)) {
          context.drawImage(source, 0, 0, 8, 8);
          if (context.getImageData(0, 0, 8, 8).data.some((value, at) => at % 4 < 3 && value > 0)) return;
        }
        if (performance.now() > end) throw new Error("no picture");
      }
    }, [selector, START] as const);
    return performance.now() - began;
  }
}

/** Notes the ages of pictures for `ms`. */
export async function agesOf({ page, selector }: Shown, ms: number): Promise<number[]> {
  await page.evaluate(watchStamps, [selector, CELL, CELLS, LEFT, TOP] as const);
  // The first pictures come before the rate has settled.
  await new Promise((resolve) => setTimeout(resolve, 2000));
  await page.evaluate(() => (globalThis as unknown as { stamps: Stamps }).stamps.ages.length = 0);
  await new Promise((resolve) => setTimeout(resolve, ms));
  return await page.evaluate(() => (globalThis as unknown as { stamps: Stamps }).stamps.ages);
}

/** A TCP port that nothing listens on. */
function freePort(): number {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  return listener.addr.port;
}
