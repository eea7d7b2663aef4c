/** Recordings of a real host: played by Debian's asciinema, readable after kill -9. */
import assert from "node:assert/strict";
import { linux, program, testWith } from "../../support/needs.ts";
import { TempDir } from "../../support/temp_dir.ts";
import { headless, hostEvent } from "../headless.ts";
import { Scene, SOON, START } from "../scene.ts";

const lines = (path: string) =>
  Deno.readTextFileSync(path).trim().split("\n").map((line) => JSON.parse(line));

testWith(
  [linux, program("asciinema")],
  "a recording: asciinema plays version 2; who came is marked; what was typed is there if wanted",
  () =>
    Scene.play(async (scene) => {
      await using folder = await TempDir.create();
      const path = folder.join("a.cast");
      const args = ["--record", path, "--record-format", "v2", "--record-input"];
      const host = await headless(scene, { args });
      const viewer = scene.join(host.ready.code, { args: ["--name", "Ada"] });
      await viewer.waitForText(/^\$ ?$/m, START);
      viewer.type("printf 'one-%s\\n' two; exit 4\r");
      await viewer.waitForExit(SOON);
      await host.process.waitForExit(SOON);
      const [header, ...events] = lines(path);
      assert.equal(header.version, 2);
      const of = (kind: string) => events.filter((event) => event[1] === kind).map((event) => event[2]);
      assert.deepEqual(of("m"), ["Ada joined"]);
      assert.match(of("i").join(""), /^printf 'one-%s\\n' two; exit 4\r$/);
      const player = scene.terminal(["asciinema", "play", "-i", "0.1", path]);
      await player.waitForText(/^one-two/m, SOON);
      assert.equal((await player.waitForExit(SOON)).code, 0);
    }),
);

testWith(
  [linux, program("asciinema")],
  "a recording of version 3: readable after kill -9, without input; asciinema 3 plays it, 2 refuses it",
  () =>
    Scene.play(async (scene) => {
      await using folder = await TempDir.create();
      const path = folder.join("a.cast");
      const host = await headless(scene, { args: ["--record", path] });
      const viewer = scene.join(host.ready.code);
      await viewer.waitForText(/^\$ ?$/m, START);
      viewer.type("seq 1 3000; printf 'the-%s\\n' end\r");
      await viewer.waitForText(/^the-end/m, SOON);
      await hostEvent(host, ({ event }) => event === "peer_joined", SOON, "peer_joined");
      host.process.kill("SIGKILL");
      await host.process.waitForExit(SOON);
      const [header, ...events] = lines(path);
      assert.deepEqual([header.version, header.term], [3, { cols: 80, rows: 24 }]);
      const output = events.filter(([, kind]) => kind === "o").map(([, , data]) => data).join("");
      assert.match(output, /\r1\r\n2\r\n[^]*\n3000\r\nthe-end\r\n/);
      assert.ok(!events.some(([, kind]) => kind === "i"));
      assert.deepEqual(events.filter(([, kind]) => kind === "m").map(([, , data]) => data), [
        "Someone joined",
      ]);
      const player = scene.terminal(["asciinema", "play", path]);
      await player.waitForText(/only asciicast v1 and v2|^the-end/m, SOON);
      await player.waitForExit(SOON);
    }),
);
