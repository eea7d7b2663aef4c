/** The extension as it is built, in a Chromium with a profile of its own, and a native program that this Chromium knows. */
import { type BrowserContext, chromium, type Page, type Worker } from "playwright-core";
import { buildExtension } from "../../../scripts/build_extension.ts";
import { ROOT } from "../../../scripts/files.ts";
import { BROWSER_FLAGS } from "../../support/browser.ts";
import { CHROMIUM, findProgram } from "../../support/needs.ts";
import { TempDir } from "../../support/temp_dir.ts";
import { START } from "../scene.ts";

/** What the program is called, at the host and in the browser. */
export const PROGRAM = "org.beach.echo";

/** What of `chrome.runtime.Port` is used here. */
export interface TestPort {
  readonly name: string;
  postMessage(message: unknown): void;
  readonly onMessage: { addListener(listener: (message: unknown) => void): void };
  readonly onDisconnect: { addListener(listener: () => void): void };
}

export class ExtensionScene implements AsyncDisposable {
  private constructor(
    readonly id: string,
    private readonly context: BrowserContext,
    private readonly dir: TempDir,
    readonly worker: Worker,
    /** A page of the extension. */
    readonly page: Page,
  ) {}

  static async open(): Promise<ExtensionScene> {
    const dir = await TempDir.create();
    try {
      const folder = dir.join("extension");
      await buildExtension(folder);
      const context = await chromium.launchPersistentContext(dir.join("profile"), {
        executablePath: findProgram(...CHROMIUM)!,
        args: [...BROWSER_FLAGS, `--load-extension=${folder}`],
        ignoreDefaultArgs: ["--disable-extensions"],
      });
      try {
        const worker = context.serviceWorkers()[0] ??
          await context.waitForEvent("serviceworker", { timeout: START });
        const id = new URL(worker.url()).host;
        const page = await context.newPage();
        await page.goto(`chrome-extension://${id}/options.html`);
        return new ExtensionScene(id, context, dir, worker, page);
      } catch (error) {
        await context.close();
        throw error;
      }
    } catch (error) {
      await dir[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Makes the program known to the browser, as an installer does. */
  async install(): Promise<void> {
    const hosts = this.dir.join("profile/NativeMessagingHosts");
    await Deno.mkdir(hosts, { recursive: true });
    const path = this.dir.join("echo");
    await Deno.writeTextFile(path, `#!/bin/sh\nexec python3 '${ROOT}tests/support/native_echo.py'\n`, {
      mode: 0o755,
    });
    const manifest = {
      ...{ name: PROGRAM, description: "echo", type: "stdio", path },
      allowed_origins: [`chrome-extension://${this.id}/`],
    };
    await Deno.writeTextFile(`${hosts}/${PROGRAM}.json`, JSON.stringify(manifest));
  }

  async uninstall(): Promise<void> {
    await Deno.remove(this.dir.join(`profile/NativeMessagingHosts/${PROGRAM}.json`));
  }

  /** Enters a link as a person does; what the page says then. */
  async enter(link: string): Promise<string> {
    await this.page.locator("#link").fill(link);
    await this.page.locator("button[type=submit]").click();
    const state = this.page.locator("#state").filter({ hasText: /connected/i });
    await state.waitFor({ timeout: START });
    return (await state.textContent())!;
  }

  /** Another page of the same browser. */
  newPage(): Promise<Page> {
    return this.context.newPage();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.context.close();
    await this.dir[Symbol.asyncDispose]();
  }
}
