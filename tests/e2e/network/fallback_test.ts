import assert from "node:assert/strict";
import { ROUTING_WORDS } from "../../../session/sync/adaptive_routing.ts";
import { poll } from "../../support/deadline.ts";
import { findProgram, testWith, unixTerminal } from "../../support/needs.ts";
import { Spawned } from "../../support/spawned.ts";
import { BEACH, Scene, SHELL, SOON, START } from "../scene.ts";

/**
 * For 256 messages to be lost or not, and for one of three series of probes: with busy cores an answer may be late, and the next series begins
 * 10, then 20 s later; ms.
 */
const UNTIL_KNOWN = 80_000;
/** Screens that can't be packed into one packet, and such that can: the host decides, and the viewer is told, whatever is printed. */
const LARGE = {
  "random text": "while :; do head -c 3000 /dev/urandom | base64 -w 79; sleep 0.03; done",
  numbers: "while :; do seq 1 3000; sleep 0.03; done",
};

function includes(path: string, words: string): boolean {
  try {
    return Deno.readTextFileSync(path).includes(words);
  } catch {
    return false;
  }
}

for (const [name, command] of Object.entries(LARGE)) {
  testWith(
    [unixTerminal],
    `15 % lost and large output (${name}): both ends' logs say that it takes the control channel, and Prometheus is told`,
    () =>
      Scene.play(async (scene) => {
        const words = ROUTING_WORDS["fell back"];
        const [hostLog, viewerLog] = [scene.dir.join("host.log"), scene.dir.join("viewer.log")];
        const metrics = `127.0.0.1:${freePort()}`;
        const host = scene.run([
          ...[...BEACH, "host", "--headless", "--json", "--debug-log", hostLog, "--simulate-loss", "15"],
          ...["--metrics-listen", metrics, "--", ...SHELL],
        ]);
        const { code } = await host.waitForLine(
          (line) => line.includes('"code"') && JSON.parse(line) as { code: string },
          START,
        );
        const scrape = async () => await (await fetch(`http://${metrics}/metrics`)).text();
        assert.match(await scrape(), /^beach_session_viewers 0$/m);
        const viewer = scene.join(code, { args: ["--debug-log", viewerLog], cols: 160 });
        await viewer.waitForText(/[$#] ?$/m, START);
        assert.match(await scrape(), /^beach_session_viewers 1$/m);
        viewer.type(`${command}\r`);
        await poll(() => includes(hostLog, words), UNTIL_KNOWN, "the host to fall back");
        await poll(() => includes(viewerLog, words), SOON, "the viewer to see it");
        const text = await scrape();
        assert.match(text, /^beach_session_fallback\{peer="[a-z2-7]{8}"\} 1$/m);
        assert.match(text, /^beach_session_health\{peer="[a-z2-7]{8}"\} \d+$/m);
        assert.match(
          text,
          /^beach_session_throughput_bytes_per_second\{peer="[a-z2-7]{8}",direction="out"\} [1-9]/m,
        );
        assert.equal((await fetch(`http://${metrics}/`)).status, 404);
        if (findProgram("promtool")) {
          await using check = Spawned.start([
            "sh",
            "-c",
            `curl -s http://${metrics}/metrics | promtool check metrics`,
          ]);
          assert.equal((await check.waitForExit(SOON)).code, 0, check.stdout + check.stderr);
        }
        viewer.type("\x03");
        await viewer.waitForText(/[$#] ?$/m, SOON);
      }),
  );
}

testWith(
  [unixTerminal],
  "--metrics-listen at a port that is taken: one line, and nothing is shared",
  () =>
    Scene.play(async (scene) => {
      using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const { port } = taken.addr as Deno.NetAddr;
      const host = scene.run([
        ...BEACH,
        "host",
        "--headless",
        "--metrics-listen",
        `127.0.0.1:${port}`,
        "--",
        ...SHELL,
      ]);
      assert.equal((await host.waitForExit(START)).code, 1);
      assert.match(
        host.stderr,
        /^beach: --metrics-listen can't be used: "127\.0\.0\.1:\d+"; wanted a free port .* Try 127\.0\.0\.1:9464\.$/m,
      );
    }),
);

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}
