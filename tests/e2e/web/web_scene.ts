/** A host from source, without a screen, the links that it prints, and the pages that they lead to. */
import { type Browser, ViewerPage, withBrowser } from "../../support/browser.ts";
import { BEACH, Scene, SHELL, START } from "../scene.ts";
import type { Spawned } from "../../support/spawned.ts";

/** The prompt of the plain shell, alone on its row. */
export const PROMPT = /^\$ ?$/m;

export interface WebHost {
  readonly process: Spawned;
  readonly code: string;
  readonly viewCode: string;
  /** On loopback, where a browser takes http for a secure origin. */
  readonly url: string;
  readonly viewUrl: string;
}

/** Starts `beach host --headless --json`, also on a host of the lab; with no `--road` among `args` it runs a road of its own. */
export async function webHost(
  scene: Scene,
  args: readonly string[] = [],
  command: readonly string[] = SHELL,
  on?: string,
): Promise<WebHost> {
  const process = scene.run([
    "env",
    "-u",
    "PROMPT_COMMAND",
    "-u",
    "PS0",
    "PS1=$ ",
    ...BEACH,
    "host",
    "--headless",
    "--json",
    ...args,
    "--",
    ...command,
  ], on);
  const ready = await process.waitForLine(
    (line) => line.startsWith("{") && JSON.parse(line),
    START,
    "the code",
  );
  const { session, code, url, road, view_code } = ready as Record<string, string>;
  const local = on === undefined ? `http://127.0.0.1:${new URL(road!).port}` : road!;
  const words = view_code!.split("@")[0]!.slice(session!.length + 1);
  return {
    process,
    code: code ?? "",
    viewCode: view_code!,
    url: url!.replace(road!, local),
    viewUrl: `${local}/j/${session}#${words}`,
  };
}

/** How a page is opened. */
export interface PageSetup {
  /** The host's flags. */
  readonly args?: readonly string[];
  /** The window, and what the person grants. */
  readonly page?: Parameters<typeof ViewerPage.open>[2];
  /** Runs in the page before anything of its own. */
  readonly before?: () => void;
  /** The browser's flags. */
  readonly flags?: readonly string[];
}

export interface OnePage {
  readonly viewer: ViewerPage;
  readonly host: WebHost;
  readonly browser: Browser;
  readonly scene: Scene;
}

/** A test of one page that shows a session's prompt, in a browser of its own. */
export function onePage(setup: PageSetup, act: (page: OnePage) => Promise<void>): () => Promise<void> {
  const { args, page, before, flags = [] } = setup;
  return () =>
    Scene.play(async (scene) => {
      const host = await webHost(scene, args);
      await withBrowser(async (browser) => {
        const viewer = await ViewerPage.open(browser, host.url, page, before);
        await viewer.waitForText(PROMPT, START);
        await act({ viewer, host, browser, scene });
      }, ...flags);
    });
}
