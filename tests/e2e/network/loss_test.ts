import { linux, testWith } from "../../support/needs.ts";
import { assertSameScreen } from "../same_screen.ts";
import { Scene, SOON, START } from "../scene.ts";

/** A few hundred lines in pieces, with colours and cursor moves, so that a lost frame would show. */
const OUTPUT = "for i in {1..300}; do printf '\\e[3%dm%s line %d\\e[m\\n' $((i%8)) $RANDOM $i; " +
  "((i%10)) || sleep 0.01; done; printf '\\e[3;5Hcorner %d\\e[24;1H' $((6*7))";

for (const ends of ["both", "viewer's", "host's"] as const) {
  testWith(
    [linux],
    `with every fifth packet lost at ${ends} end the viewer ends with the host's screen`,
    () =>
      Scene.play(async (scene) => {
        const loss = ["--simulate-loss", "20"];
        const { term: host, code } = await scene.host({ args: ends === "viewer's" ? [] : loss });
        const viewer = scene.join(code, { args: ends === "host's" ? [] : loss });
        await viewer.waitForText(/^\$ ?$/m, START);
        viewer.type(`clear; ${OUTPUT}\r`);
        await host.waitForText(/corner 42/, SOON);
        await assertSameScreen(host, viewer);
        for (const key of "\x15\recho 0123456789 abcdefghij\r") viewer.type(key);
        await host.waitForText(/^0123456789 abcdefghij$/m, SOON);
        await assertSameScreen(host, viewer);
      }),
  );
}
