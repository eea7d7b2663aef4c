/** The audit of a real host, as a person reads and checks it. */
import assert from "node:assert/strict";
import { linux, testWith } from "../../support/needs.ts";
import { TempDir } from "../../support/temp_dir.ts";
import { headless, hostEvent } from "../headless.ts";
import { BEACH, Scene, SOON, START } from "../scene.ts";

const lines = (path: string) =>
  Deno.readTextFileSync(path).trim().split("\n").map((line) => JSON.parse(line));

testWith(
  [linux],
  "an audit tells who came, typed and left, says when a line was changed, and survives kill -9",
  () =>
    Scene.play(async (scene) => {
      await using folder = await TempDir.create();
      const path = folder.join("audit.jsonl");
      const audit = async () => {
        const check = scene.run([...BEACH, "audit", path]);
        const { code } = await check.waitForExit(START);
        return { code, text: check.stdout };
      };
      const args = ["--audit", path, "--audit-input"];
      {
        const host = await headless(scene, { args });
        const viewer = scene.join(host.ready.code, { args: ["--name", "Ada"] });
        await viewer.waitForText(/^\$ ?$/m, START);
        viewer.type("echo a-secret\r");
        await viewer.waitForText(/^a-secret/m, SOON);
        viewer.type("\x1e.");
        await viewer.waitForExit(SOON);
        await hostEvent(host, ({ event }) => event === "peer_left", SOON, "peer_left");
        const [opened, joined, typed, left] = lines(path);
        assert.deepEqual([opened.event, joined.event, joined.name], ["opened", "peer_joined", "Ada"]);
        assert.deepEqual([typed.peer, typed.input, typed.bytes], [joined.peer, "echo a-secret\r", 14]);
        assert.deepEqual([left.event, left.peer], ["peer_left", joined.peer]);
        host.process.kill("SIGKILL");
        await host.process.waitForExit(SOON);
      }
      const killed = await audit();
      assert.match(
        killed.text,
        /does not end with closed[^]* is whole: 4 lines, the last is [0-9a-f]{64}\n$/,
      );
      const again = await headless(scene, { args });
      again.process.kill("SIGTERM");
      await again.process.waitForExit(START);
      const ended = await audit();
      assert.equal(ended.code, 0);
      assert.match(ended.text, /^\S+ is whole: 7 lines/);
      assert.deepEqual(lines(path).slice(4).map(({ event }) => event), ["opened", "exit", "closed"]);
      assert.ok(
        !Deno.readTextFileSync(path).includes(again.ready.code.split("-")[1]! + "-"),
        "no code is in it",
      );

      Deno.writeTextFileSync(path, Deno.readTextFileSync(path).replace("a-secret", "a-sekret"));
      const changed = await audit();
      assert.equal(changed.code, 1);
      assert.match(changed.text, /^FAIL {2}line 4: the line before it was changed[^]* was changed: 7 lines/);
    }),
);

testWith(
  [linux],
  "an audit tells of grants, of who was shown out, and of a file that was asked for",
  () =>
    Scene.play(async (scene) => {
      await using folder = await TempDir.create();
      const path = folder.join("audit.jsonl");
      const host = await headless(scene, {
        args: ["--audit", path, "--files", folder.path, "--name", "demo"],
      });
      const viewer = scene.join(host.ready.code, { args: ["--name", "Ada"] });
      await viewer.waitForText(/^\$ ?$/m, START);
      Deno.writeTextFileSync(folder.join("note.txt"), "hello");
      const beach = async (...argv: string[]) => {
        const run = scene.run([...BEACH, ...argv]);
        await run.waitForExit(START);
        assert.equal(run.stderr.includes("beach: "), false, run.stderr);
      };
      await beach("cp", `${host.ready.code}:note.txt`, folder.join("copy.txt"));
      await beach("ctl", "demote", "Ada");
      await beach("ctl", "kick", "Ada", "enough");
      await hostEvent(host, ({ event }) => event === "peer_left", SOON, "peer_left");
      const told = lines(path);
      const ada = told.find(({ name }) => name === "Ada").peer;
      const of = (event: string) => told.filter((line) => line.event === event);
      assert.ok(
        of("stream_ended").some(({ service, what, out }) =>
          service === "files" && what === "get note.txt" && out > 5
        ),
      );
      assert.deepEqual(of("grant").map(({ peer, can }) => [peer, can]), [[ada, "look"]]);
      assert.deepEqual(of("kick").map(({ peer, reason }) => [peer, reason]), [[ada, "enough"]]);
      assert.ok(of("code").length > 0, "its code was replaced");
      const check = scene.run([...BEACH, "audit", "--json", path]);
      assert.equal((await check.waitForExit(START)).code, 0);
      assert.equal(JSON.parse(check.stdout).ok, true);
    }),
);
