/** A desktop over a network that a test makes: the host, Chromium and the road each in a namespace of their own. */
import { Lab } from "../../../net/lab.ts";
import type { LinkShape } from "../../../net/link.ts";
import { DEVICE } from "../../../net/router.ts";
import { type Browser, withBrowserOn } from "../../../support/browser.ts";
import { lab as needsLab, type Need } from "../../../support/needs.ts";
import { events } from "../../headless.ts";
import { Scene, SOON } from "../../scene.ts";
import { DESKTOP, type DesktopHost, desktopHost } from "../desktop_scene.ts";

export const LAB_DESKTOP: readonly Need[] = [...DESKTOP, needsLab];

export interface LabSetup {
  readonly seed: number;
  readonly link?: Partial<LinkShape>;
  /** The host's flags. */
  readonly args?: readonly string[];
  /** Prepares the network before anything runs; what it gives are the road's flags. */
  readonly before?: (lab: Lab, scene: Scene) => Promise<readonly string[]>;
}

export interface LabParts {
  readonly lab: Lab;
  readonly scene: Scene;
  readonly host: DesktopHost;
  readonly browser: Browser;
}

/** Plays a test with a host on `host`, a browser on `viewer` and a road on `middle`; `other` is one more machine. */
export async function playInLab(
  { seed, link = {}, args = [], before }: LabSetup,
  act: (parts: LabParts) => Promise<void>,
): Promise<void> {
  await using lab = await Lab.create({ seed, hosts: ["host", "viewer", "middle", "other"], link });
  for (const name of ["viewer", "other"]) await route(lab, name);
  await Scene.play(async (scene) => {
    const flags = await before?.(lab, scene) ?? [];
    const { url } = await scene.road({ on: "middle", args: flags });
    const host = await desktopHost(scene, ["--road", url, ...args], { on: "host" });
    await withBrowserOn(lab, "viewer", (browser) => act({ lab, scene, host, browser }));
  }, lab);
}

/** Chromium looks for its own address on the way to the internet, and has none without one; the lab's router drops what goes there. */
async function route(lab: Lab, host: string): Promise<void> {
  await using ip = lab.run(host, ["ip", "route", "replace", "default", "dev", DEVICE]);
  await ip.waitForExit(SOON);
}

/** Something on the desktop that scrolls until it is disposed: some 20 lines a second of text. */
export async function scrolling(host: DesktopHost): Promise<AsyncDisposable> {
  const text =
    'i=0; while :; do i=$((i+1)); echo "$i the quick brown fox jumps over the lazy dog $((i*7919))"; sleep 0.05; done';
  const pid = await host.sh(`xterm -geometry 100x34+0+0 -e sh -c '${text}' >/dev/null 2>&1 & echo $!`);
  return { [Symbol.asyncDispose]: async () => void await host.sh(`kill ${pid.trim()}`) };
}

/** How pictures went to viewers, as the host's events have it. */
export function ways(
  host: DesktopHost,
): { readonly how: string; readonly why: string; readonly time: number }[] {
  return events(host.process.lines()).filter(({ event }) => event === "desktop_path")
    .map(({ how = "", why = "", time }) => ({ how, why, time }));
}
