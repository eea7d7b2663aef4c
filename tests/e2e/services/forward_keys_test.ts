/** Forwards while the session is shown: `-L` beside the terminal, `Ctrl-^ f`, and what the host offers by itself. */
import assert from "node:assert/strict";
import { linux, program, testWith } from "../../support/needs.ts";
import { Scene, SOON, START } from "../scene.ts";
import { command, freePort, serveHttp } from "./services_scene.ts";

/** `Ctrl-^`. */
const KEY = "\x1e";

testWith(
  [linux, program("curl")],
  "a port that the terminal speaks of is offered once; Ctrl-^ f brings it here, lists, adds and ends forwards",
  () =>
    Scene.play(async (scene) => {
      await using service = serveHttp(() => new Response("over there"));
      const { port } = service;
      const closed = freePort();
      const { term: host, code, viewCode } = await scene.host({ args: ["--forward", "any"] });
      await host.waitForText(/^\$ ?$/m, START);
      const first = freePort();
      const viewer = scene.join(code, { args: ["-L", `${first}:localhost:${closed}`], cols: 120 });
      await viewer.waitForText(/^\$ ?$/m, START);
      const watcher = scene.join(viewCode, { cols: 120 });
      await watcher.waitForText(/^\$ ?$/m, START);
      const get = (here: number) => command(scene, ["curl", "-sS", `http://127.0.0.1:${here}/`]);

      // The forward of -L works beside the terminal; its fault is a line over the screen.
      assert.notEqual((await get(first)).code, 0);
      await viewer.waitForText(
        new RegExp(`localhost:${closed}: nothing listens at localhost:${closed}`),
        SOON,
      );

      host.type(`echo "  Local: http://localhost:${port}/"\r`);
      const offer = new RegExp(`localhost:${port} is over there: Ctrl-\\^ f brings it here`);
      await viewer.waitForText(offer, SOON);
      viewer.type(`${KEY}f`);
      await viewer.waitForText(/^ +Forwards$/m, SOON);
      await viewer.waitForText(
        new RegExp(`^   1  127.0.0.1:${first} → localhost:${closed}$`, "m"),
        SOON,
      );
      await viewer.waitForText(
        new RegExp(`^ +localhost:${port} is over there: Enter brings it here`, "m"),
        SOON,
      );
      // The server has that port here too: another one is taken.
      viewer.type("\r");
      const [, here] = await viewer.waitForText(
        new RegExp(`^   2  127.0.0.1:(\\d+) → localhost:${port}$`, "m"),
        SOON,
      );
      assert.deepEqual((await get(Number(here))).stdout, "over there");
      // No key is pressed: what was carried shows by itself.
      await viewer.waitForText(/^ +0 open, \d+ B there, \d+ B back$/m, SOON);

      const added = freePort();
      viewer.type(`+${added}:127.0.0.1:${port}\r`);
      await viewer.waitForText(new RegExp(`^   3  127.0.0.1:${added} → 127.0.0.1:${port}$`, "m"), SOON);
      assert.deepEqual((await get(added)).stdout, "over there");
      viewer.type(`+${added}:localhost:1\r`);
      await viewer.waitForText(/the port is in use/, SOON);
      viewer.type("2\r");
      await viewer.waitForText(new RegExp(`^   2  127.0.0.1:${added} →`, "m"), SOON);
      assert.notEqual((await get(Number(here))).code, 0);
      viewer.type("\x1b");
      await viewer.waitForText(/^\$ ?$/m, SOON);

      // Said again it is no news, and what was typed went nowhere else.
      host.type(`echo "http://127.0.0.1:${port}/ $((6*7))"\r`);
      await viewer.waitForText(new RegExp(`^http://127.0.0.1:${port}/ 42$`, "m"), SOON);
      assert.doesNotMatch(viewer.screenText(), /is over there/);
      assert.doesNotMatch(watcher.raw, /brings/);
      assert.doesNotMatch(host.screenText(), /command not found|\^\[/);
    }),
);
