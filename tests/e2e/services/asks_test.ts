/** A host whose flags name nothing asks its person; one where nobody is says so. */
import assert from "node:assert/strict";
import { poll } from "../../support/deadline.ts";
import { linux, program, testWith } from "../../support/needs.ts";
import { headless } from "../headless.ts";
import { Scene, SOON, START } from "../scene.ts";
import { beach, command, forwarding, serveHttp } from "./services_scene.ts";

/** `Ctrl-^`. */
const KEY = "\x1e";

testWith(
  [linux, program("curl")],
  "the host's person is asked once a target: y for one, n, and a for all of this viewer",
  () =>
    Scene.play(async (scene) => {
      await using named = serveHttp(() => new Response("named"));
      await using one = serveHttp(() => new Response("one"));
      await using two = serveHttp(() => new Response("two"));
      await using three = serveHttp(() => new Response("three"));
      const { term: host, code } = await scene.host({
        args: ["--forward", `${named.port}`],
      });
      await host.waitForText(/^\$ ?$/m, START);
      const services = [one, two, three, named].map(({ port }) => `localhost:${port}`);
      const { join, ports } = await forwarding(scene, code, services);
      const get = (i: number) => command(scene, ["curl", "-sS", `http://127.0.0.1:${ports[i]}/`]);
      const asked = (i: number) => {
        const question = `Ctrl-\\^ y once, a always, n no: reach ${services[i]} from here\\?`;
        return host.waitForText(new RegExp(question), SOON);
      };

      assert.equal((await get(3)).stdout, "named", "what a flag names needs no answer");
      const first = get(0);
      await asked(0);
      // A letter alone is the shell's.
      host.type("y");
      host.type(`\x7f${KEY}y`);
      assert.equal((await first).stdout, "one");
      assert.equal((await get(0)).stdout, "one", "it is not asked again");

      const second = get(1);
      await asked(1);
      host.type(`${KEY}n`);
      assert.notEqual((await second).code, 0);
      const no = `beach: ${services[1]}: the host's person said no\n`;
      await poll(() => join.stderr === no, SOON, "the reason");
      assert.notEqual((await get(1)).code, 0, "a no stands");
      await poll(() => join.stderr === no + no, SOON, "the reason again");

      const third = get(2);
      await asked(2);
      host.type(`${KEY}a`);
      assert.equal((await third).stdout, "three");

      // Files are asked for by themselves; who asks and goes away takes its question along.
      const file = scene.dir.join("note");
      await Deno.writeTextFile(file, "note");
      const copied = beach(scene, ["cp", file, `${code}:`]);
      await host.waitForText(/: (?:get and put )?files in /, SOON);
      host.type(`${KEY}n`);
      const refused = await copied;
      assert.deepEqual([refused.code, refused.stderr], [
        1,
        "beach: Not copied: the host's person said no.\n",
      ]);
      host.type("echo $((6*7))\r");
      await host.waitForText(/^42$/m, SOON);
    }),
);

testWith(
  [linux, program("curl")],
  "where nobody is to ask, what no flag allows is refused in one line",
  () =>
    Scene.play(async (scene) => {
      await using service = serveHttp(() => new Response("never"));
      const { ready: { code } } = await headless(scene);
      const { join, ports } = await forwarding(scene, code, [`localhost:${service.port}`]);
      const curl = await command(scene, ["curl", "-sS", `http://127.0.0.1:${ports[0]}/`]);
      assert.notEqual(curl.code, 0);
      const nobody = "nobody is at the host to ask; it can allow it by --forward or --files";
      const line = `beach: localhost:${service.port}: ${nobody}\n`;
      await poll(() => join.stderr === line, SOON, "the reason");
      const copied = await beach(scene, ["cp", `${code}:x`, scene.dir.path]);
      assert.deepEqual([copied.code, copied.stderr], [1, `beach: Not copied: ${nobody}.\n`]);
    }),
);
