/** A session joined from inside of itself. */
import assert from "node:assert/strict";
import { childEnv } from "../../../cli/pty/child_env.ts";
import { linux, testWith } from "../../support/needs.ts";
import { BEACH, Scene, SOON, START } from "../scene.ts";

const REFUSED =
  /beach: This terminal shows that session already, so it would show itself: "\w{6}"\. Join from another/;

testWith(
  [linux],
  "the printed line, run in the shell that it is about, is refused; so is one that no variable warns of; the shell goes on",
  () =>
    Scene.play(async (scene) => {
      const { term: host, code } = await scene.host({ cols: 200 });
      await host.waitForText(/^\$ ?$/m, START);
      host.type(`clear; ${BEACH.join(" ")} join ${code}; echo left $?\r`);
      await host.waitForText(/^left 1$/m, START);
      assert.match(host.screenText(), REFUSED);
      const viewer = scene.join(code, { cols: 200 });
      await viewer.waitForText(/^left 1$/m, START);
      // As over ssh, where the variable is not handed on.
      viewer.type(`clear; env -u BEACH_SESSION ${BEACH.join(" ")} join ${code}; echo gone $?\r`);
      await viewer.waitForText(/^gone 1$/m, START);
      assert.match(viewer.screenText(), REFUSED);
      viewer.type("echo on $((6*7))\r");
      await host.waitForText(/^on 42$/m, SOON);
    }),
);

Deno.test("a shell knows the sessions around it, the nearest first", () => {
  assert.equal(childEnv({}, "7kq2mx").BEACH_SESSION, "7kq2mx");
  assert.equal(childEnv({ BEACH_SESSION: "aaaaaa bbbbbb" }, "7kq2mx").BEACH_SESSION, "7kq2mx aaaaaa bbbbbb");
});
