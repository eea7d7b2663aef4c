/** Waits for what a page shows, which can only be asked for. */
import type { ViewerPage } from "../../support/browser.ts";
import { SOON } from "../scene.ts";

/** How often; ms. */
const LOOK = 20;

/** Reads until it is as wanted. Throws Error with what it was at last, after `ms`. */
export async function eventually<T>(
  read: () => Promise<T>,
  wanted: (found: T) => boolean,
  what: string,
  ms = SOON,
): Promise<T> {
  for (const end = performance.now() + ms;;) {
    const found = await read();
    if (wanted(found)) return found;
    if (performance.now() > end) {
      throw new Error(`waited ${ms} ms for ${what}: it is ${JSON.stringify(found)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK));
  }
}

/** Waits until the page's status line says this. */
export async function status(viewer: ViewerPage, wanted: RegExp, ms = SOON): Promise<void> {
  const read = async () => await viewer.page.textContent("#status-text") ?? "";
  await eventually(read, (words) => wanted.test(words), `a status like ${wanted}`, ms);
}
