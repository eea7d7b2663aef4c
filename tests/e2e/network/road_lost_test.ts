import assert from "node:assert/strict";
import { metric } from "../../road/client.ts";
import { pollAsync } from "../../support/deadline.ts";
import { linux, testWith } from "../../support/needs.ts";
import { assertSameScreen } from "../same_screen.ts";
import { Scene, SOON, START } from "../scene.ts";
import { Typing } from "../typing.ts";

for (const relayed of [false, true]) {
  testWith(
    [linux],
    `the road is killed and comes back: a session ${relayed ? "through its relay" : "peer to peer"} goes on`,
    () =>
      Scene.play(async (scene) => {
        const { road, url } = await scene.road();
        const port = Number(new URL(url).port);
        const relay = relayed ? ["--force-websocket"] : [];
        const { term: host, code } = await scene.host({ args: ["--road", url, ...relay] });
        const viewer = scene.join(code, { args: ["--road", url] });
        await viewer.waitForText(/^\$ ?$/m, START);
        const typing = await Typing.begin(scene.dir.join("typed"), viewer);
        try {
          await typing.shown(host, 10);
          road.kill("SIGKILL");
          await road.waitForExit(SOON);
          // Peer to peer the keys go on arriving with no road at all.
          if (!relayed) await typing.shown(host, 50);
          await scene.road({}, port);
          // The host claims its session again when its wait is over.
          await pollAsync(async () => await metric({ url }, "beach_sessions") === 1, START, "the claim");
          await typing.shown(host, 100, START);
          await typing.assertAllTaken(SOON);
        } finally {
          typing.stop();
        }
        viewer.type("\x04");
        await host.waitForText(/taken 42/, SOON);
        await assertSameScreen(host, viewer);
        // The host has claimed its session again: the code is good for others too.
        const late = scene.join(code, { args: ["--road", url] });
        await late.waitForText(/taken 42/, START);
        await assertSameScreen(host, late);
        late.type("exit 6\r");
        for (const term of [host, viewer, late]) assert.equal((await term.waitForExit(SOON)).code, 6);
      }),
  );
}
