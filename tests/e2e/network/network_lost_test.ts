import { Lab } from "../../net/lab.ts";
import { lab as needsLab, testWith } from "../../support/needs.ts";
import { assertSameScreen } from "../same_screen.ts";
import { Scene, SOON, START } from "../scene.ts";
import { Typing } from "../typing.ts";

/** How long the network is gone, ms. */
const GONE = 10_000;

for (const cut of ["viewer", "host"] as const) {
  testWith(
    [needsLab],
    `the ${cut}'s network is gone for 10 s: no key lost or doubled, the screen right soon after`,
    async () => {
      await using lab = await Lab.create({
        seed: 3,
        hosts: ["host", "viewer", "road"],
        link: { delayMs: 5 },
      });
      await Scene.play(async (scene) => {
        const { url } = await scene.road({ on: "road" });
        const { term: host, code } = await scene.host({ on: "host", args: ["--road", url] });
        const viewer = scene.join(code, { on: "viewer", args: ["--road", url] });
        await viewer.waitForText(/^\$ ?$/m, START);
        const typing = await Typing.begin(scene.dir.join("typed"), viewer);
        try {
          await typing.shown(host, 10);
          await lab.cut(cut);
          await new Promise((resolve) => setTimeout(resolve, GONE));
          typing.stop();
          host.type("while it was gone\r");
          await host.waitForText(/^while it was gone$/m, SOON);
          await lab.restore(cut);

          // All that was typed on both sides meanwhile, and then the screen. How soon (a second) is the bench's: this machine may be busy.
          await typing.assertAllTaken(SOON);
          await assertSameScreen(host, viewer);
          host.type("\x04");
          await host.waitForText(/taken 42/, SOON);
          await assertSameScreen(host, viewer);
        } finally {
          typing.stop();
        }
      }, lab);
    },
  );
}
