/** Wrong secrets against real processes: refused at once and in words, and counted. */
import assert from "node:assert/strict";
import { HostileRoad } from "../../transport/hostile_road.ts";
import { poll } from "../../support/deadline.ts";
import { linux, testWith } from "../../support/needs.ts";
import type { Spawned } from "../../support/spawned.ts";
import { headless } from "../headless.ts";
import { Scene, SOON, START } from "../scene.ts";

/** Wrong in its last word alone, and well formed. */
function wrong(code: string): string {
  return code.replace(/-[a-z]+(?=@|$)/, (word) => word === "-zoo" ? "-abandon" : "-zoo");
}

/** How long a viewer looks for a path, with its start; ms. */
const NO_PATH = 30_000;

/** A join that must fail; settles with its one line. It needs a terminal, like any join. */
async function refusal(scene: Scene, code: string, ...args: string[]): Promise<{ line: string; ms: number }> {
  const began = performance.now();
  // Wide enough for the line to stay one.
  const term = scene.join(code, { args, cols: 250 });
  const { code: status } = await term.waitForExit(NO_PATH);
  const ms = performance.now() - began;
  assert.equal(status, 1, term.screenText());
  const lines = term.screenText().split("\n").filter((line) => line !== "");
  return { line: lines.join(""), ms };
}

testWith(
  [linux],
  "a wrong secret: one clear line within a second, counted; five are told, and the right one still opens",
  () =>
    Scene.play(async (scene) => {
      const { term: host, code } = await scene.host({
        args: ["--verbose", "--debug-log", scene.dir.join("log")],
      });
      const times: number[] = [];
      for (let i = 1; i <= 5; i++) {
        const { line, ms } = await refusal(scene, wrong(code));
        assert.match(line, /^beach: The secret is wrong\. Check the words/);
        times.push(ms);
        // The host has answered before it writes.
        const counted = new RegExp(`Wrong secret from viewer .*failure ${i} of this session`);
        const log = () => Deno.readTextFileSync(scene.dir.join("log"));
        await poll(() => counted.test(log()), SOON, `failure ${i} in the log`);
      }
      // With the start of the process; the best of five, for a busy machine.
      assert.ok(Math.min(...times) < 1000, `${times.map(Math.round)} ms`);
      await host.waitForText(/5 wrong secrets so far: someone may be\s+guessing/, SOON);
      // Whoever has the right one comes in all the same.
      const viewer = scene.join(code);
      await viewer.waitForText(/^\$ ?$/m, START);
      host.type("echo host-$((6*7))\r");
      await host.waitForText(/^host-42$/m, SOON);
    }),
);

testWith(
  [linux],
  "a wrong secret and the events of a host without a terminal",
  () =>
    Scene.play(async (scene) => {
      const host = await headless(scene);
      await refusal(scene, wrong(host.ready.code));
      await refusal(scene, wrong(host.ready.view_code));
      const viewer = scene.join(host.ready.code);
      await viewer.waitForText(/^\$ ?$/m, START);
      const joined = host.process.lines().filter((line) => line.includes("peer_joined"));
      assert.equal(joined.length, 1, host.process.stdout);
      assert.match(host.process.stderr, /Wrong secret.*failure 1[^]*Wrong secret.*failure 2/);
    }),
);

testWith(
  [linux],
  "a wrong passphrase: the advice is about the passphrase, not about words",
  () =>
    Scene.play(async (scene) => {
      const host = await headless(scene, { args: ["--passphrase", "open sesame"] });
      const { line } = await refusal(scene, host.ready.code, "--passphrase", "open barley");
      assert.match(
        line,
        /^beach: The secret is wrong\. Check the passphrase, or ask the host for it again\.$/,
      );
    }),
);

/** Starts both ends on a road that tampers; the viewer must come to a clear end, and the host must go on. */
async function onHostileRoad(tamper: HostileRoad["tamper"], expected: RegExp): Promise<void> {
  await using road = new HostileRoad();
  road.tamper = tamper;
  await Scene.play(async (scene) => {
    const host = await headless(scene, { args: ["--road", road.url, "--strict-webrtc"] });
    const { line } = await refusal(scene, host.ready.code, "--road", road.url, "--strict-webrtc");
    assert.match(line, expected);
    assert.ok(!host.process.stdout.includes('"path"'), host.process.stdout);
    await stillServes(host.process);
    // It saw sealed bytes alone.
    for (const seen of road.seen) assert.doesNotMatch(seen, /fingerprint|ice-ufrag|candidate:/);
  });
}

async function stillServes(host: Spawned): Promise<void> {
  assert.equal(host.status, undefined, host.tail());
  host.kill("SIGTERM");
  assert.equal((await host.waitForExit(SOON)).code, 143);
}

testWith(
  [linux],
  "a road that alters the offers: no connection, and a clear line",
  () =>
    onHostileRoad(({ signal, ...rest }) => {
      if (signal.kind !== "offer") return [{ ...rest, signal }];
      const other = signal.data[40] === "A" ? "B" : "A";
      return [{
        ...rest,
        signal: { ...signal, data: signal.data.slice(0, 40) + other + signal.data.slice(41) },
      }];
    }, /^beach: (?:No way to the host could be built|The host does not answer)/),
);

testWith(
  [linux],
  "a road that swaps the login for one of its own: a wrong secret",
  () =>
    onHostileRoad(({ signal, from, to }) => {
      if (signal.kind !== "pake" || from !== "host") return [{ from, to, signal }];
      // KE2 from the middle on is the server's proof; another one proves nothing.
      const { data } = signal, at = data.length >> 1;
      const swapped = data.slice(0, at) + [...data.slice(at)].reverse().join("");
      return [{ from, to, signal: { ...signal, data: swapped } }];
    }, /^beach: The secret is wrong/),
);

testWith(
  [linux],
  "a code that names no session of the road: one line, exit code 1",
  () =>
    Scene.play(async (scene) => {
      const { url } = await scene.road();
      const { line } = await refusal(scene, "7kq2mx-other-lava-zoo", "--road", url);
      assert.match(line, /^beach: The road http:\S+ refused the join: there is no session 7kq2mx here\. /);
    }),
);
