/** A real host with a display of its own, and a page in Chromium that has opened its desktop by `/beach.js`. */
import type { Page } from "playwright-core";
import type { BeachSession } from "../../../road/web/embed/beach.ts";
import type {
  ClipOffer,
  Desktop,
  DesktopFigures,
  DesktopScreen,
  DesktopSettings,
  WantedWay,
} from "../../../road/web/desktop/desktop_types.ts";
import { type Browser, ViewerPage, withBrowser } from "../../support/browser.ts";
import { pollAsync } from "../../support/deadline.ts";
import { desktopPack, packEnvironment } from "../../support/desktop_pack.ts";
import { chromium, linux, type Need, program } from "../../support/needs.ts";
import { BEACH, Scene, SHELL, SOON, START } from "../scene.ts";
import type { Ready } from "../headless.ts";
import type { Spawned } from "../../support/spawned.ts";

/** What a desktop's test needs of the machine. */
export const DESKTOP: readonly Need[] = [
  linux,
  chromium,
  desktopPack,
  program("Xvfb"),
  program("openbox"),
  program("xsetroot"),
  program("xterm"),
];

/** What the page has for functions that run in it. */
export interface InPage {
  readonly session: BeachSession;
  readonly desktop: Desktop;
  /** What the desktop's clipboard was said to have. */
  readonly clips: ClipOffer[];
  /** Each way in which pictures came, from the first on, with `performance.now()`. */
  readonly paths: { readonly how: string; readonly why: string; readonly at: number }[];
  /** Each second's numbers. */
  readonly figures: DesktopFigures[];
  readonly screens: DesktopScreen[];
  /** Why the desktop was away, each time. */
  readonly aways: string[];
  readonly settings: DesktopSettings[];
}

export interface DesktopHost {
  readonly process: Spawned;
  readonly ready: Ready;
  /** Runs a shell's line with the desktop's DISPLAY, in the shared terminal's environment. */
  sh(line: string): Promise<string>;
}

export interface DesktopHostSetup {
  /** Of the display. */
  readonly size?: string;
  /** Which of the lab's hosts it runs on; here, if there is no lab. */
  readonly on?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Words before the host's command. */
  readonly under?: readonly string[];
}

/**
 * Displays are numbered by sockets, some of which belong to the network's namespace and others to the file system: where only the network is
 * another, two servers have one number.
 */
const OWN_DISPLAYS = [
  "unshare",
  "-m",
  "sh",
  "-c",
  'mkdir -p /tmp/.X11-unix && mount -t tmpfs displays /tmp/.X11-unix && exec "$@"',
  "sh",
];

/** Starts `beach host --desktop virtual:640x480 …`; its command writes DISPLAY and XAUTHORITY to a file. */
export async function desktopHost(
  scene: Scene,
  args: readonly string[] = [],
  { size = "640x480", on, env = {}, under = [] }: DesktopHostSetup = {},
): Promise<DesktopHost> {
  const where = scene.dir.join("display");
  const note = `printf '%s\\n%s\\n' "$DISPLAY" "$XAUTHORITY" > ${where}.new; mv ${where}.new ${where}; exec ${
    SHELL.join(" ")
  }`;
  const own = on === undefined ? [] : OWN_DISPLAYS;
  const flags = ["--headless", "--json", "--desktop", `virtual:${size}`, ...args];
  const process = scene.run([...own, ...under, ...BEACH, "host", ...flags, "--", "sh", "-c", note], on, {
    ...packEnvironment(),
    ...{ PS1: "$ ", LC_ALL: "C.UTF-8" },
    ...env,
  });
  const ready = await process.waitForLine(
    (line) => JSON.parse(line) as Ready,
    START,
    "the host's first line",
  );
  const [display, cookie] = (await fileOf(where)).split("\n");
  return {
    process,
    ready,
    sh: async (line) => {
      const words = ["sh", "-c", line];
      const [command, ...args] = on === undefined
        ? words
        : ["nsenter", "-t", `${process.pid}`, "-m", "-n", ...words];
      const { success, stdout, stderr } = await new Deno.Command(command!, {
        args,
        env: { DISPLAY: display!, XAUTHORITY: cookie!, LC_ALL: "C.UTF-8" },
      }).output();
      if (!success) throw new Error(`${line}: ${new TextDecoder().decode(stderr)}`);
      return new TextDecoder().decode(stdout);
    },
  };
}

async function fileOf(path: string): Promise<string> {
  for (const end = performance.now() + START; performance.now() < end;) {
    const text = await Deno.readTextFile(path).catch(() => undefined);
    if (text !== undefined) return text;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`no ${path}`);
}

export interface DesktopPage {
  readonly page: Page;
  /** The colour in the middle of what is shown, as `#rrggbb`; of a picture that has lost nothing. */
  colour(): Promise<string>;
  /** Waits until that is near to `wanted`. */
  waitForColour(wanted: string, ms?: number): Promise<void>;
  /** Waits until the page has what `read` gives, which runs there. */
  waitFor<T>(read: () => T | undefined | false | null, ms: number, what: string): Promise<T>;
}

/** A page that has opened the desktop of `code`'s session. */
export async function openDesktopPage(
  browser: Browser,
  url: string,
  how: WantedWay = "automatic",
  before?: () => void,
): Promise<DesktopPage> {
  const { page } = await ViewerPage.open(browser, `${new URL(url).origin}/beach.js`, {
    viewport: { width: 800, height: 600 },
  }, before);
  await page.evaluate(async ([url, how]) => {
    document.body.textContent = "";
    const { join } = await import(
      new URL("/beach.js", location.href).href
    ) as typeof import("../../../road/web/embed/beach.ts");
    const session = await join(url!);
    void session.output.pipeTo(new WritableStream()).catch(() => {});
    const clips: ClipOffer[] = [];
    const [paths, figures, screens, settings]: [
      InPage["paths"],
      InPage["figures"],
      InPage["screens"],
      InPage["settings"],
    ] = [[], [], [], []];
    const aways: string[] = [];
    const on = {
      away: (why: string | null) => void (why !== null && aways.push(why)),
      clipboard: (offer: ClipOffer) => void clips.push(offer),
      path: ({ how, why }: { how: string; why: string }) =>
        void paths.push({ how, why, at: performance.now() }),
      figures: (each: DesktopFigures) => void figures.push(each),
      screen: (screen: DesktopScreen) => void screens.push(screen),
      settings: (each: DesktopSettings) => void settings.push(each),
    };
    const desktop = await session.desktop.open({ how: how as WantedWay, on });
    desktop.element.style.width = "640px";
    desktop.element.style.height = "480px";
    document.body.append(desktop.element);
    Object.assign(globalThis, { session, desktop, clips, paths, figures, screens, settings, aways });
  }, [url, how]);
  const colour = () => page.evaluate(readColour);
  return {
    page,
    colour,
    waitFor: async (read, ms, what) => {
      for (const end = performance.now() + ms; performance.now() < end;) {
        const value = await page.evaluate(read);
        if (value !== undefined && value !== null && value !== false) return value as never;
        await page.waitForTimeout(50);
      }
      throw new Error(`waited ${ms} ms for ${what}; ${await page.evaluate(told)}`);
    },
    waitForColour: async (wanted, ms = SOON) => {
      let seen = "";
      for (const end = performance.now() + ms; performance.now() < end;) {
        seen = await colour();
        if (near(seen, wanted)) return;
        await page.waitForTimeout(20);
      }
      throw new Error(
        `waited ${ms} ms for ${wanted}; the desktop shows ${seen}, as ${await page.evaluate(() =>
          JSON.stringify((globalThis as unknown as InPage).desktop.path)
        )}`,
      );
    },
  };
}

/** Runs in the page. */
function told(): string {
  const { desktop: { path }, paths, figures, screens } = globalThis as unknown as InPage;
  return JSON.stringify({ path, paths, screens, last: figures.slice(-3) });
}

function near(one: string, other: string): boolean {
  const parts = (text: string) => [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));
  const [a, b] = [parts(one), parts(other)];
  return a.every((value, i) => Math.abs(value - b[i]!) <= 32);
}

/** Runs in the page. */
function readColour(): string {
  const { desktop } = globalThis as unknown as InPage;
  const source = desktop.element.querySelector(desktop.path.how === "video" ? "video" : "canvas")!;
  const [width, height] = source instanceof HTMLVideoElement
    ? [source.videoWidth, source.videoHeight]
    : [source.width, source.height];
  if (width === 0) return "#nothing";
  const canvas = new OffscreenCanvas(1, 1);
  const context = canvas.getContext("2d")!;
  context.drawImage(source, width / 2, height / 2, 1, 1, 0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return `#${[red!, green!, blue!].map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

/** Plays a test with one host and a browser. */
export function playDesktop(
  act: (parts: { scene: Scene; host: DesktopHost; browser: Browser }) => Promise<void>,
  args: readonly string[] = [],
  setup: DesktopHostSetup = {},
): Promise<void> {
  return Scene.play(async (scene) => {
    const host = await desktopHost(scene, args, setup);
    await withBrowser((browser) => act({ scene, host, browser }));
  });
}

/** Waits until a window with this in its name or class is there. */
export async function waitForWindow(host: Pick<DesktopHost, "sh">, words: string): Promise<void> {
  // A window that goes while the tree is read makes it fail: it is read again.
  const there = async () => (await host.sh("xwininfo -root -tree || true")).includes(words);
  await pollAsync(there, SOON, words);
}
