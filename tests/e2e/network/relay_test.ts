/** The same session where peer-to-peer can't be had, and where it is not wanted. */
import assert from "node:assert/strict";
import { Lab } from "../../net/lab.ts";
import { lab as needsLab, linux, testWith } from "../../support/needs.ts";
import type { TerminalDriver } from "../../support/terminal_driver.ts";
import { headless, type HeadlessHost, hostEvent } from "../headless.ts";
import { Scene, SOON, START } from "../scene.ts";

/** Types at the viewer and sees it run. */
async function works(viewer: TerminalDriver, ms = SOON): Promise<void> {
  const id = crypto.randomUUID().slice(0, 8);
  viewer.type(`echo ${id.slice(0, 4)}""${id.slice(4)}\r`);
  await viewer.waitForText(new RegExp(`^${id}$`, "m"), ms);
}

const path = (host: HeadlessHost, kind: string, ms: number) =>
  hostEvent(host, ({ event, path }) => event === "path" && path === kind, ms, `the path ${kind}`);

testWith([needsLab], "UDP cut off: the relay within 3 s, by itself; WebRTC when it can", async () => {
  await using lab = await Lab.create({
    seed: 5,
    hosts: ["host", "viewer", "road"],
    link: { delayMs: 5, blockUdp: true },
  });
  await Scene.play(async (scene) => {
    const { url } = await scene.road({ on: "road" });
    const host = await headless(scene, { on: "host", args: ["--road", url] });
    const viewer = scene.join(host.ready.code, { on: "viewer", args: ["--road", url] });
    const joined = await hostEvent(host, ({ event }) => event === "peer_joined", START, "peer_joined");
    const relay = await path(host, "relay", SOON);
    assert.ok(relay.time - joined.time <= 3000, `the relay after ${relay.time - joined.time} ms`);
    await viewer.waitForText(/^\$ ?$/m, SOON);
    await works(viewer);
    await lab.shapeAll({ blockUdp: false });
    // The next attempts are 5, 15 and 45 s after the relay was taken.
    await path(host, "direct", 20_000);
    await works(viewer);
    const [before, after] = [await lab.counters("host", "road"), await lab.counters("host", "viewer")];
    // Line by line: of a flood a viewer gets pictures, which are few bytes.
    viewer.type("for i in $(seq 150); do echo line $i; sleep 0.01; done; echo done-$((6*7))\r");
    await viewer.waitForText(/^done-42$/m, SOON);
    const sent = async (to: string) => (await lab.counters("host", to)).sentBytes;
    assert.ok(await sent("viewer") - after.sentBytes > 10_000, "the output goes to the viewer itself");
    assert.ok(await sent("road") - before.sentBytes < 10_000, "and not through the road");
  }, lab);
});

testWith([needsLab], "UDP cut off in the middle of a session: it goes on over the relay", async () => {
  await using lab = await Lab.create({ seed: 6, hosts: ["host", "viewer", "road"], link: { delayMs: 5 } });
  await Scene.play(async (scene) => {
    const { url } = await scene.road({ on: "road" });
    const host = await headless(scene, { on: "host", args: ["--road", url] });
    const viewer = scene.join(host.ready.code, { on: "viewer", args: ["--road", url] });
    await path(host, "direct", START);
    await viewer.waitForText(/^\$ ?$/m, START);
    await lab.shapeAll({ blockUdp: true });
    const began = performance.now();
    await works(viewer, 15_000);
    console.log(`cut off UDP: typed and shown again after ${Math.round(performance.now() - began)} ms`);
  }, lab);
});

testWith(
  [linux],
  "--force-websocket at either end: the relay at once, sealed",
  () =>
    Scene.play(async (scene) => {
      const { road, url } = await scene.road({ args: ["--verbose"] });
      const host = await headless(scene, { args: ["--road", url] });
      const viewer = scene.join(host.ready.code, { args: ["--road", url, "--force-websocket"] });
      await viewer.waitForText(/^\$ ?$/m, START);
      await works(viewer);
      assert.ok(!host.process.stdout.includes('"direct"'), host.process.stdout);
      await path(host, "relay", SOON);
      viewer.type("seq 1 50000; exit 4\r");
      assert.equal((await viewer.waitForExit(SOON)).code, 4);
      assert.ok(!(road.stdout + road.stderr).includes("50000"));
      const other = await headless(scene, { args: ["--road", url, "--force-websocket"] });
      const late = scene.join(other.ready.code, { args: ["--road", url] });
      await late.waitForText(/^\$ ?$/m, START);
      await path(other, "relay", SOON);
      await works(late);
    }),
);

testWith(
  [linux],
  "--strict-webrtc where the other end has no WebRTC: a clear error, soon",
  () =>
    Scene.play(async (scene) => {
      const { url } = await scene.road();
      const host = await headless(scene, { args: ["--road", url, "--force-websocket"] });
      const viewer = scene.join(host.ready.code, { args: ["--road", url, "--strict-webrtc"], cols: 200 });
      assert.equal((await viewer.waitForExit(30_000)).code, 1);
      assert.match(viewer.screenText(), /^beach: No way to the host could be built.*--strict-webrtc/m);
      assert.ok(!host.process.stdout.includes('"path"'), host.process.stdout);
    }),
);

testWith(
  [needsLab],
  "--strict-webrtc with UDP cut off: a clear error, and no byte over the relay",
  async () => {
    await using lab = await Lab.create({
      seed: 7,
      hosts: ["host", "viewer", "road"],
      link: { blockUdp: true },
    });
    await Scene.play(async (scene) => {
      const { url } = await scene.road({ on: "road" });
      const host = await headless(scene, { on: "host", args: ["--road", url] });
      const viewer = scene.join(host.ready.code, {
        on: "viewer",
        args: ["--road", url, "--strict-webrtc"],
        cols: 200,
      });
      assert.equal((await viewer.waitForExit(40_000)).code, 1);
      assert.match(viewer.screenText(), /^beach: No way to the host could be built.*--strict-webrtc/m);
      assert.ok(!host.process.stdout.includes('"path"'), host.process.stdout);
    }, lab);
  },
);

testWith(
  [linux],
  "--force-single-channel: everything on the reliable channel",
  () =>
    Scene.play(async (scene) => {
      const logs = [scene.dir.join("host.log"), scene.dir.join("viewer.log")];
      const verbose = (i: number) => ["--verbose", "--debug-log", logs[i]!];
      const host = await headless(scene, { args: ["--force-single-channel", ...verbose(0)] });
      const viewer = scene.join(host.ready.code, { args: ["--force-single-channel", ...verbose(1)] });
      await viewer.waitForText(/^\$ ?$/m, START);
      await works(viewer);
      viewer.type("seq 1 50000; echo done-$((6*7))\r");
      await viewer.waitForText(/^50000\ndone-42$/m, SOON);
      for (const log of logs.map((log) => Deno.readTextFileSync(log))) {
        assert.match(log, /Routing to control channel: Terminal(?:In|Out)put/);
        assert.doesNotMatch(log, /Routing to output channel/);
      }
    }),
);
