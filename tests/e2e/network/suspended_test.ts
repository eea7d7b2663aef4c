/** A laptop that sleeps: one end is stopped for longer than links, roads and memories last, and the session goes on when it wakes. */
import { linux, testWith } from "../../support/needs.ts";
import { assertSameScreen } from "../same_screen.ts";
import { Scene, SOON, START } from "../scene.ts";

/** The host's road is silent to the viewer for longer than its links live; s. */
const HOST_STOPPED = 40;
/** Longer than a host remembers a viewer that is neither on the road nor on a link; s. */
const VIEWER_STOPPED = 70;

for (const [end, seconds] of [["host", HOST_STOPPED], ["viewer", VIEWER_STOPPED]] as const) {
  testWith(
    [linux],
    `a ${end} that is stopped for ${seconds} s: the session goes on, and every key arrives once`,
    () =>
      Scene.play(async (scene) => {
        const { term: host, code } = await scene.host();
        const viewer = scene.join(code);
        await viewer.waitForText(/^\$ ?$/m, START);
        viewer.type("clear; echo before $((6*7))\r");
        await viewer.waitForText(/^before 42\n\$/m, SOON);
        const stopped = end === "host" ? host : viewer;
        stopped.kill("SIGSTOP");
        await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
        stopped.kill("SIGCONT");
        viewer.type("echo after $((6*8))\r");
        await viewer.waitForText(/^\$ echo after \$\(\(6\*8\)\)\nafter 48\n\$/m, START);
        viewer.type("echo again $((7*7))\r");
        await viewer.waitForText(/^again 49\n\$/m, SOON);
        await host.waitForText(/^again 49\n\$/m, SOON);
        await assertSameScreen(host, viewer);
      }),
  );
}
