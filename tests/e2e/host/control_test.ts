/** A session while it runs, from a shell beside it: `beach list` and `beach ctl`, with real viewers. */
import assert from "node:assert/strict";
import { linux, testWith } from "../../support/needs.ts";
import { headless, type HeadlessHost, hostEvent } from "../headless.ts";
import { BEACH, Scene, SOON, START } from "../scene.ts";

/** Runs `beach` with these words beside the host; settles with what it printed and its exit code. */
async function beach(scene: Scene, ...words: readonly string[]) {
  const process = scene.run([...BEACH, ...words]);
  const { code } = await process.waitForExit(START);
  return { code, stdout: process.stdout, stderr: process.stderr };
}

async function json(scene: Scene, ...words: readonly string[]) {
  const { stdout, stderr } = await beach(scene, ...words, "--json");
  assert.equal(stderr, "");
  return JSON.parse(stdout);
}

const event = (host: HeadlessHost, name: string) =>
  hostEvent(host, ({ event }) => event === name, SOON, name);

testWith([linux], "beach ctl: promote, mute, kick, lock and new codes, as viewers see them", async () => {
  await Scene.play(async (scene) => {
    const host = await headless(scene, { args: ["--name", "demo"] });
    const watcher = scene.join(host.ready.view_code, { args: ["--name", "Wat"] });
    await watcher.waitForText(/^\$ ?$/m, START);
    const writer = scene.join(host.ready.code, { args: ["--name", "Ada"] });
    await writer.waitForText(/^\$ ?$/m, START);
    const { viewers } = await json(scene, "ctl", "demo", "list");
    assert.deepEqual(
      viewers.map(({ name, role }: { name: string; role: string }) => `${name} ${role}`).sort(),
      ["Ada write", "Wat view"],
    );

    assert.match((await beach(scene, "ctl", "promote", "Wat")).stdout, /types\n$/);
    await event(host, "grant");
    await watcher.waitForText(/The host lets you type now/, SOON);
    watcher.type("echo by-wat $((6*7))\r");
    await writer.waitForText(/^by-wat 42$/m, SOON);

    await beach(scene, "ctl", "mute", "Ada");
    await writer.waitForText(/what you type goes nowhere/, SOON);
    writer.type("echo by-ada $((6*7))\r");
    watcher.type("echo after $((6*7))\r");
    await writer.waitForText(/^after 42$/m, SOON);
    assert.doesNotMatch(watcher.raw, /by-ada/);
    // Ada does not get her keyboard back by the code that she had.
    const again = scene.join(host.ready.code);
    await again.waitForText(/The secret is wrong/, START);

    await beach(scene, "ctl", "kick", "Wat", "enough", "for", "today");
    await watcher.waitForExit(SOON);
    assert.match(watcher.raw, /enough for today/);
    const back = scene.join(host.ready.view_code);
    await back.waitForText(/The secret is wrong/, START);

    const { code } = await json(scene, "ctl", "codes");
    await beach(scene, "ctl", "lock");
    const outside = scene.join(code);
    await outside.waitForText(/has locked the door/, START);
    await beach(scene, "ctl", "unlock");
    const friend = scene.join(code);
    await friend.waitForText(/^after 42$/m, START);
    await beach(scene, "ctl", "notice", "back", "in", "five");
    await writer.waitForText(/back in five/, SOON);
    assert.deepEqual((await json(scene, "list")).map(({ name }: { name: string }) => name), ["demo"]);
    assert.equal((await beach(scene, "ctl", "promote", "Eve")).code, 1);
    assert.equal((await beach(scene, "ctl", "7kq2mx", "list")).code, 2);

    assert.equal((await beach(scene, "ctl", "end")).code, 0);
    assert.equal((await event(host, "exit")).why, "request");
    await host.process.waitForExit(SOON);
    assert.deepEqual(await json(scene, "list"), []);
  });
});
