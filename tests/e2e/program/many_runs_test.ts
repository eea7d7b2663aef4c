import assert from "node:assert/strict";
import { inLanes } from "../../support/spawned.ts";
import { linux, testWith } from "../../support/needs.ts";
import { SOON, START } from "../scene.ts";
import { Scene } from "../scene.ts";

/** How often: the whole count where everything is required. */
const RUNS = Deno.env.get("BEACH_REQUIRE_ALL") === "1" ? 100 : 20;
/** So many at once: each mostly waits for the other end, and what one leaves must not be in another's way. */
const LANES = 4;

testWith(
  [linux],
  `${RUNS} short sessions, ${LANES} at a time: no fault, no stray, nothing left`,
  () =>
    Scene.play(async (scene) => {
      await inLanes(RUNS, LANES, (run) => session(scene, run));
      await scene.assertNoStrays();
      await scene.dir.assertEmptyTmp();
    }),
);

/** One session. Each way that it ends in turn: by the viewer, by the host, by leaving first. */
async function session(scene: Scene, run: number): Promise<void> {
  const { term: host, code } = await scene.host();
  const viewer = scene.join(code);
  await viewer.waitForText(/^\$ ?$/m, START);
  scene.note();
  const status = run % 100;
  if (run % 3 === 0) {
    viewer.type("\x1e.");
    assert.deepEqual(await viewer.waitForExit(SOON), { code: 0, signal: 0 }, `run ${run}`);
  }
  (run % 3 === 1 ? viewer : host).type(`exit ${status}\r`);
  assert.deepEqual(await host.waitForExit(SOON), { code: status, signal: 0 }, `run ${run}`);
  if (run % 3 !== 0) {
    assert.deepEqual(await viewer.waitForExit(SOON), { code: status, signal: 0 }, `run ${run}`);
  }
}
