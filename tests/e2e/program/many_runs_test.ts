import assert from "node:assert/strict";
import { linux, testWith } from "../../support/needs.ts";
import { SOON, START } from "../scene.ts";
import { Scene } from "../scene.ts";

/** How often: the whole count where everything is required. */
const RUNS = Deno.env.get("BEACH_REQUIRE_ALL") === "1" ? 100 : 20;

testWith(
  [linux],
  `${RUNS} short sessions, one after the other: no fault, no stray, nothing left`,
  () =>
    Scene.play(async (scene) => {
      for (let run = 1; run <= RUNS; run++) {
        const { term: host, code } = await scene.host();
        const viewer = scene.join(code);
        await viewer.waitForText(/^\$ ?$/m, START);
        scene.note();
        const status = run % 100;
        // Each way that a session ends in turn: by the viewer, by the host, by leaving first.
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
      await scene.assertNoStrays();
      await scene.dir.assertEmptyTmp();
    }),
);
