import assert from "node:assert/strict";
import { linux, testWith } from "../../support/needs.ts";
import { type ProcessRef, signalProcess } from "../../support/process_tree.ts";
import type { TerminalDriver } from "../../support/terminal_driver.ts";
import { assertLeftAsFound, lookedAt } from "../found.ts";
import { BEACH, Scene, SHELL, SOON, START } from "../scene.ts";

/** Modes that must not stay on: as a program that is caught in the middle leaves them. */
const MODES =
  "printf '\\e[?1049h\\e[?25l\\e[?1h\\e=\\e[?1002h\\e[?1006h\\e[?2004h\\e[?1004h\\e[?7l'; echo set $((6*7))\r";

/** The beach in a terminal where a shell looks on. */
function beach(term: TerminalDriver): ProcessRef {
  return term.family().find((ref) => ref.name.startsWith("deno") || ref.name === "beach") ??
    assert.fail("no beach runs here");
}

interface Ends {
  readonly host: TerminalDriver;
  readonly viewer: TerminalDriver;
  readonly scene: Scene;
}

/** A host and a viewer, each looked at, with every mode on. With `road` it is a separate one. */
async function open(scene: Scene, road?: string): Promise<Ends> {
  const on = road === undefined ? [] : ["--road", road];
  const host = scene.terminal(lookedAt([...BEACH, "host", ...on, "--", ...SHELL]));
  const code = await host.waitFor(
    () => /beach join (\S+)(?: --road \S+)?\r*\n/.exec(host.raw)?.[1],
    START,
    "a code",
  );
  const viewer = scene.terminal(lookedAt([...BEACH, "join", ...on, code]));
  await viewer.waitForText(/^\$ ?$/m, START);
  viewer.type(MODES);
  for (const term of [host, viewer]) await term.waitForText(/set 42/, SOON);
  scene.note();
  return { host, viewer, scene };
}

const SIGNALS = [["SIGTERM", 143], ["SIGHUP", 129], ["SIGINT", 130]] as const;

for (const [signal, status] of SIGNALS) {
  testWith(
    [linux],
    `${signal} to a host ends the session; both terminals are left as found`,
    () =>
      Scene.play(async (scene) => {
        const { host, viewer } = await open(scene);
        signalProcess(beach(host), signal);
        assert.equal(await assertLeftAsFound(host, SOON), status);
        // The shell got a hangup, as from a closing window.
        assert.equal(await assertLeftAsFound(viewer, SOON), 129);
        await scene.assertNoStrays();
      }),
  );

  testWith(
    [linux],
    `${signal} to a viewer ends it alone; its terminal is left as found`,
    () =>
      Scene.play(async (scene) => {
        const { host, viewer } = await open(scene);
        signalProcess(beach(viewer), signal);
        assert.equal(await assertLeftAsFound(viewer, SOON), status);
        host.type("exit 4\r");
        assert.equal(await assertLeftAsFound(host, SOON), 4);
        await scene.assertNoStrays();
      }),
  );
}

testWith(
  [linux],
  "kill -9 of a host with its own road: the viewer notices, restores its terminal and says why",
  () =>
    Scene.play(async (scene) => {
      const { host, viewer } = await open(scene);
      signalProcess(beach(host), "SIGKILL");
      // A moment to be sure that it is no network that is gone for a while.
      assert.equal(await assertLeftAsFound(viewer, SOON), 1);
      assert.match(viewer.screenText(), /beach: .*host/);
      await scene.assertNoStrays();
    }),
);

testWith(
  [linux],
  "kill -9 of a viewer: the host goes on and ends as ever",
  () =>
    Scene.play(async (scene) => {
      const { host, viewer } = await open(scene);
      signalProcess(beach(viewer), "SIGKILL");
      await viewer.waitForText(/status 137/, SOON);
      host.type("exit 4\r");
      assert.equal(await assertLeftAsFound(host, SOON), 4);
      await scene.assertNoStrays();
    }),
);

testWith([linux], "kill -9 of the road: both ends go on and end as ever", () =>
  Scene.play(async (scene) => {
    const { road, url } = await scene.road();
    const { host, viewer } = await open(scene, url);
    road.kill("SIGKILL");
    await road.waitForExit(SOON);
    viewer.type("exit 4\r");
    for (const term of [host, viewer]) assert.equal(await assertLeftAsFound(term, SOON), 4);
    await scene.assertNoStrays();
  }));

testWith(
  [linux],
  "kill -9 of a host at a separate road: the viewer is told",
  () =>
    Scene.play(async (scene) => {
      const { url } = await scene.road();
      const { host, viewer } = await open(scene, url);
      signalProcess(beach(host), "SIGKILL");
      // It could come back within the road's patience, so the viewer waits, and says so; its person leaves.
      await viewer.waitForText(/last heard|away|reconnecting/, SOON);
      viewer.type("\x1e.");
      assert.equal(await assertLeftAsFound(viewer, SOON), 0);
      await scene.assertNoStrays();
    }),
);

for (const closed of ["host", "viewer"] as const) {
  testWith(
    [linux],
    `a closed window of the ${closed}: the others' terminals are left as found, nothing stays`,
    () =>
      Scene.play(async (scene) => {
        const ends = await open(scene);
        ends[closed].closeWindow();
        if (closed === "viewer") ends.host.type("exit 4\r");
        const other = closed === "host" ? ends.viewer : ends.host;
        assert.equal(await assertLeftAsFound(other, SOON), closed === "host" ? 129 : 4);
        await ends[closed].waitForExit(SOON);
        await scene.assertNoStrays();
      }),
  );
}
