import assert from "node:assert/strict";
import { Lab } from "../../net/lab.ts";
import { lab as needsLab, testWith } from "../../support/needs.ts";
import { assertSameScreen } from "../same_screen.ts";
import { Scene, SOON, START } from "../scene.ts";
import type { TerminalDriver } from "../../support/terminal_driver.ts";

/** Both ends type and see, and the command's status reaches both. */
async function assertShared(scene: Scene, host: TerminalDriver, viewer: TerminalDriver): Promise<void> {
  await viewer.waitForText(/^\$ ?$/m, START);
  viewer.type("clear; echo viewer $((6*7))\r");
  await host.waitForText(/^viewer 42$/m, SOON);
  host.type("echo host $((7*7))\r");
  await host.waitForText(/^host 49\n\$/m, SOON);
  await assertSameScreen(host, viewer);
  scene.note();
  viewer.type("exit 3\r");
  assert.equal((await host.waitForExit(SOON)).code, 3);
  assert.equal((await viewer.waitForExit(SOON)).code, 3);
}

testWith([needsLab], "host, viewer and road on three machines", async () => {
  await using lab = await Lab.create({ seed: 1, hosts: ["host", "viewer", "road"], link: { delayMs: 10 } });
  await Scene.play(async (scene) => {
    const { url } = await scene.road({ on: "road" });
    const { term: host, code } = await scene.host({ on: "host", args: ["--road", url] });
    const viewer = scene.join(code, { on: "viewer", args: ["--road", url] });
    await assertShared(scene, host, viewer);
  }, lab);
});

testWith([needsLab], "two machines of a LAN: the host's own road, and a code that says where", async () => {
  await using lab = await Lab.create({ seed: 2, hosts: ["host", "viewer"] });
  await Scene.play(async (scene) => {
    const { term: host, code } = await scene.host({ on: "host" });
    assert.ok(code.includes(`@${lab.address("host")}:`), code);
    await assertShared(scene, host, scene.join(code, { on: "viewer" }));
  }, lab);
});
