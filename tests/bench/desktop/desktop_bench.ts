/**
 * A shared desktop beside x11vnc with noVNC, each in Chromium on this machine and in turns:
 *
 *     deno run -A tests/bench/desktop/desktop_bench.ts [--part age,key,cpu,first,traffic,net] [--rounds N] [--seconds N]
 *
 * Needs what the desktop's tests need, x11vnc, novnc and websockify; `traffic` and `net` root too. A line says the figure, what is wanted,
 * and the baseline's. Times mean something on a quiet machine alone; per cents of a core and bytes on any.
 */
import { withBrowser } from "../../support/browser.ts";
import { Scene } from "../../e2e/scene.ts";
import { line } from "../figures.ts";
import { list, option } from "../options.ts";
import { load } from "./cost.ts";
import { costFigures } from "./cost_figures.ts";
import { ageFigures, firstFigures, keyFigures } from "./delay_figures.ts";
import { netFigures, trafficFigures } from "./net_figures.ts";
import { BenchDesktop, type Size } from "./systems.ts";

const PARTS = ["age", "key", "cpu", "first", "traffic", "net"] as const;
const parts = list("part", PARTS);
const rounds = Number(option("rounds") ?? 3);
const ms = 1000 * Number(option("seconds") ?? 10);
const HD: Size = { width: 1280, height: 720 };
const FULL_HD: Size = { width: 1920, height: 1080 };

line("load average", load());
for (const [size, fps] of [[HD, 60], [FULL_HD, 30]] as const) {
  if (
    !parts.some((part) =>
      part === "age" || part === "cpu" || size === HD && part !== "traffic" && part !== "net"
    )
  ) {
    continue;
  }
  await Scene.play(async (scene) => {
    const desktop = await BenchDesktop.start(scene, size, ["--desktop-fps", String(fps)]);
    await withBrowser(async (browser) => {
      const bench = { desktop, browser, rounds, ms, fps };
      if (parts.includes("age")) await ageFigures(bench);
      if (parts.includes("cpu")) await costFigures(bench);
      if (size !== HD) return;
      if (parts.includes("key")) await keyFigures(bench);
      if (parts.includes("first")) await firstFigures(bench);
    });
  });
}
if (parts.includes("traffic")) await trafficFigures(ms);
if (parts.includes("net")) await netFigures(rounds, ms);
line("load average", load());
