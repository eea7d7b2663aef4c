import assert from "node:assert/strict";
import { linux, testWith } from "../../support/needs.ts";
import { assertSameScreen } from "../same_screen.ts";
import { Scene, SOON, START } from "../scene.ts";

/** How long the viewer is stopped, s; `BEACH_STOPPED=60` for the whole minute. */
const STOPPED = Number(Deno.env.get("BEACH_STOPPED") ?? 10);
/** How much more a host may hold after many MB of output that a stopped viewer has not taken, in MiB. */
const GROWTH = 120;
/** The screen is right again this long after the viewer goes on, ms. */
const RIGHT = 1000;

testWith(
  [linux],
  "a viewer that is stopped slows nobody, costs the host little, and is right when it goes on",
  () =>
    Scene.play(async (scene) => {
      const { term: host, code } = await scene.host();
      const slow = scene.join(code);
      const other = scene.join(code);
      for (const viewer of [slow, other]) await viewer.waitForText(/^\$ ?$/m, START);
      host.type("clear; yes warm up | head -c 4M; echo warm $((6*7))\r");
      await host.waitForText(/^warm 42\n\$/m, START);
      const before = memory(host.pid);
      slow.kill("SIGSTOP");
      const stopped = performance.now();
      for (let round = 1; performance.now() - stopped < STOPPED * 1000; round++) {
        const asked = performance.now();
        // Lines of four bytes, so that a MiB ends with a whole one.
        other.type(`yes ${100 + round} | head -c 1M; echo round ${round} $((6*7))\r`);
        await other.waitForText(new RegExp(`^round ${round} 42\n\\$`, "m"), SOON);
        await host.waitForText(new RegExp(`^round ${round} 42\n\\$`, "m"), SOON);
        const took = performance.now() - asked;
        assert.ok(took < 5000, `1 MB took ${took} ms with a stopped viewer`);
      }
      await assertSameScreen(host, other);
      const grown = memory(host.pid) - before;
      assert.ok(grown < GROWTH, `the host grew by ${grown} MiB`);
      slow.kill("SIGCONT");
      await assertSameScreen(host, slow, RIGHT);
      slow.type("echo again $((7*7))\r");
      await host.waitForText(/^again 49\n\$/m, SOON);
      await assertSameScreen(host, slow);
    }),
);

/** Resident memory of a process, in MiB. */
function memory(pid: number): number {
  const [, kib] = /VmRSS:\s+(\d+) kB/.exec(Deno.readTextFileSync(`/proc/${pid}/status`))!;
  return Math.round(Number(kib) / 1024);
}
