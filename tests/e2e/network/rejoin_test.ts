import { linux, testWith } from "../../support/needs.ts";
import { assertSameScreen } from "../same_screen.ts";
import { Scene, SOON, START } from "../scene.ts";
import { Typing } from "../typing.ts";

testWith(
  [linux],
  "a viewer is killed and joins again: the shell goes on, the other viewer types on, the screen is right",
  () =>
    Scene.play(async (scene) => {
      const { term: host, code } = await scene.host();
      const [first, other] = [scene.join(code), scene.join(code)];
      for (const viewer of [first, other]) await viewer.waitForText(/^\$ ?$/m, START);
      const typing = await Typing.begin(scene.dir.join("typed"), first, other);
      try {
        await typing.shown(first, 10);
        first.kill("SIGKILL");
        await first.waitForExit(SOON);
        await typing.shown(host, 60);
        const again = scene.join(code);
        await again.waitForText(/^line \d+$/m, START);
        await typing.assertAllTaken(SOON);
        again.type("\x04");
        await host.waitForText(/taken 42/, SOON);
        for (const viewer of [again, other]) await assertSameScreen(host, viewer);
      } finally {
        typing.stop();
      }
    }),
);
