/** `beach cp` that is broken off: an end that is killed, a session that is another afterwards, a network that goes and comes. */
import assert from "node:assert/strict";
import { Lab } from "../../net/lab.ts";
import { pollAsync } from "../../support/deadline.ts";
import { lab as needsLab, linux, testWith } from "../../support/needs.ts";
import type { Spawned } from "../../support/spawned.ts";
import { headless } from "../headless.ts";
import { BEACH, Scene, START } from "../scene.ts";
import { folder, LARGE, LONG, MB, partOf, partSize, SOME, sumOf, writeLarge } from "./copies_scene.ts";

/** How long the network is away: longer than any link lives without a sign; ms. */
const AWAY = 12_000;
/** What 40 Mbit/s carry in a few seconds. */
const SLOW_LARGE = 24 * MB;

for (const direction of ["to the host", "from the host"] as const) {
  /** A host that shares a folder, with a large file at the end where the copy begins. */
  const prepared = async (scene: Scene) => {
    const here = await folder(scene, "here");
    const shared = await folder(scene, "shared");
    const [source, target] = direction === "to the host" ? [here, shared] as const : [shared, here] as const;
    const start = (on?: string) => headless(scene, { args: ["--files", shared], ...on && { on } });
    const copy = (code: string, on?: string) => {
      const places = direction === "to the host"
        ? [`${source}/large`, `${code}:`]
        : [`${code}:large`, target];
      return scene.run([...BEACH, "cp", ...places], on);
    };
    return { source, target, start, copy };
  };
  const names = (path: string) => [...Deno.readDirSync(path)].map(({ name }) => name);
  /** Settles when more than `held` is there, which it never falls below. */
  const goesOn = async (target: string, held: number, copy: Spawned) => {
    let least = held;
    await pollAsync(
      async () => {
        const size = await partSize(target);
        least = Math.min(least, size);
        return size > held + SOME || copy.status !== undefined;
      },
      LONG,
      "more of it",
      2,
    );
    assert.equal(least, held, "it goes on where it was");
  };

  testWith(
    [linux],
    `a large file ${direction}: a kill -9 in its middle, and a stopped host, lose nothing`,
    () =>
      Scene.play(async (scene) => {
        const { source, target, start, copy } = await prepared(scene);
        const sum = await writeLarge(`${source}/large`);
        const host = await start();
        const first = copy(host.ready.code);
        await partOf(target, first, SOME);
        first.kill("SIGKILL");
        await first.waitForExit(START);
        assert.deepEqual(names(target).map((name) => name.slice(0, 7)), [".beach-"]);
        const held = await partSize(target);
        assert.ok(held >= SOME && held < LARGE, `${held} bytes before the kill`);

        const second = copy(host.ready.code);
        await goesOn(target, held, second);
        host.process.kill("SIGSTOP");
        await new Promise((resolve) => setTimeout(resolve, 3000));
        host.process.kill("SIGCONT");
        const { code: status } = await second.waitForExit(LONG);
        assert.equal(status, 0, second.tail());
        assert.deepEqual(names(target), ["large"]);
        assert.equal(await sumOf(`${target}/large`), sum);
      }),
  );

  testWith(
    [linux],
    `a large file ${direction}: a kill -9 of the host, and another host with another code, lose nothing`,
    () =>
      Scene.play(async (scene) => {
        const { source, target, start, copy } = await prepared(scene);
        const sum = await writeLarge(`${source}/large`);
        const host = await start();
        const first = copy(host.ready.code);
        await partOf(target, first, SOME);
        host.process.kill("SIGKILL");
        await host.process.waitForExit(START);
        const held = await partSize(target);
        assert.ok(held >= SOME && held < LARGE, `${held} bytes before the kill`);
        const again = await start();
        assert.notEqual(again.ready.code, host.ready.code);
        // The person gives up on the first one. What was on its way to the disk is there by then.
        first.kill("SIGINT");
        await first.waitForExit(START);
        const there = await partSize(target);

        const second = copy(again.ready.code);
        await goesOn(target, there, second);
        const { code: status } = await second.waitForExit(LONG);
        assert.equal(status, 0, second.tail());
        assert.deepEqual(names(target), ["large"]);
        assert.equal(await sumOf(`${target}/large`), sum);
      }),
  );

  testWith(
    [needsLab],
    `a large file ${direction}: a network that is away for 12 s loses nothing`,
    async () => {
      await using lab = await Lab.create({
        seed: 5,
        hosts: ["host", "viewer"],
        link: { delayMs: 10, rateKbit: 40_000 },
      });
      await Scene.play(async (scene) => {
        const { source, target, start, copy } = await prepared(scene);
        const sum = await writeLarge(`${source}/large`, SLOW_LARGE);
        const host = await start("host");
        const copying = copy(host.ready.code, "viewer");
        await partOf(target, copying, SOME);
        await lab.cut("viewer");
        const held = await partSize(target);
        await new Promise((resolve) => setTimeout(resolve, AWAY));
        assert.equal(copying.status, undefined, copying.tail());
        await lab.restore("viewer");
        await goesOn(target, held, copying);
        const { code: status } = await copying.waitForExit(LONG);
        assert.equal(status, 0, copying.tail());
        assert.deepEqual(names(target), ["large"]);
        assert.equal(await sumOf(`${target}/large`), sum);
      }, lab);
    },
  );
}
