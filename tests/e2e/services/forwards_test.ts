/** `beach join -N -L` below real programs: HTTP/1.1 and 2, WebSocket, Redis; and one line for each fault. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { deadline, poll } from "../../support/deadline.ts";
import { linux, program, testWith } from "../../support/needs.ts";
import { headless } from "../headless.ts";
import { BEACH, Scene, SOON, START } from "../scene.ts";
import { beach, command, forwarding, freePort, serveHttp } from "./services_scene.ts";

const LARGE = 20_000_000;
/** Of 20 MB through a busy machine; ms. */
const LONG = 60_000;
const sumOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

testWith(
  [linux, program("curl"), program("redis-server"), program("redis-benchmark")],
  "-L: curl, HTTP/2, a WebSocket and redis-benchmark work as they do without",
  () =>
    Scene.play(async (scene) => {
      const large = new Uint8Array(LARGE).map((_, i) => i * 31 >> 3);
      let uploaded = "";
      await using http = serveHttp(async (request) => {
        if (request.headers.get("upgrade") === "websocket") {
          const { socket, response } = Deno.upgradeWebSocket(request);
          socket.onmessage = ({ data }) => socket.send(data);
          return response;
        }
        if (request.method === "POST") {
          uploaded = sumOf(new Uint8Array(await request.arrayBuffer()));
          return new Response("taken");
        }
        return new Response(large);
      });
      const redisPort = freePort();
      const redis = scene.run([
        ...["redis-server", "--bind", "127.0.0.1", "--port", `${redisPort}`],
        ...["--save", "", "--appendonly", "no", "--dir", scene.dir.path],
      ]);
      await redis.waitForOutput(/Ready to accept connections/, START);
      const { ready: { code } } = await headless(scene, {
        args: ["--forward", `${http.port}`, "--forward", `127.0.0.1:${redisPort}`],
      });
      const { ports: [web, db] } = await forwarding(scene, code, [
        `localhost:${http.port}`,
        `localhost:${redisPort}`,
      ]);

      const file = scene.dir.join("large");
      for (const version of ["--http1.1", "--http2-prior-knowledge"]) {
        const curl = await command(
          scene,
          [
            "curl",
            "-sS",
            version,
            "-o",
            file,
            "-w",
            "%{http_version} %{http_code}",
            `http://127.0.0.1:${web}/`,
          ],
          LONG,
        );
        assert.equal(curl.stdout, `${version === "--http1.1" ? "1.1" : "2"} 200`, curl.stderr);
        assert.equal(sumOf(await Deno.readFile(file)), sumOf(large), version);
      }
      const posted = await command(
        scene,
        ["curl", "-sS", "--data-binary", `@${file}`, `http://127.0.0.1:${web}/`],
        LONG,
      );
      assert.deepEqual([posted.stdout, uploaded], ["taken", sumOf(large)]);

      const socket = new WebSocket(`ws://127.0.0.1:${web}/`);
      const [said, heard] = [["one", "two", "x".repeat(100_000)], [] as string[]];
      const { promise: over, resolve } = Promise.withResolvers<void>();
      socket.onopen = () => said.forEach((text) => socket.send(text));
      socket.onmessage = ({ data }) => {
        if (heard.push(data) === said.length) socket.close();
      };
      socket.onclose = () => resolve();
      await deadline(over, LONG, "the WebSocket's end");
      assert.deepEqual(heard, said);

      const bench = await command(
        scene,
        ["redis-benchmark", "-p", `${db}`, "-c", "20", "-n", "1000", "-t", "set,get,lrange_100", "--csv"],
        LONG,
      );
      assert.equal(bench.code, 0, bench.stderr);
      for (const name of ["SET", "GET", "LRANGE_100"]) {
        assert.match(bench.stdout, new RegExp(`^"${name}`, "m"));
      }
      assert.doesNotMatch(bench.stdout + bench.stderr, /[Ee]rror/);
    }),
);

testWith(
  [linux, program("curl")],
  "-L: a port in use, a target that is not allowed, where nothing listens, and a code to watch with: a line each",
  () =>
    Scene.play(async (scene) => {
      using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const closed = freePort();
      const { ready } = await headless(scene, { args: ["--forward", `${closed}`] });
      const used = `${taken.addr.port}:localhost:${closed}`;
      for (const more of [["-N"], []]) {
        const args = ["join", ...more, "-L", used, ready.code];
        const { status, text } = await inTerminal(scene, args);
        assert.equal(status, 1, text);
        assert.equal(
          text.trim(),
          `beach: -L can't listen: the port is in use: "${used}". Take another port.`,
        );
      }
      for (
        const [code, target, words] of [
          [ready.code, closed, `nothing listens at localhost:${closed} on the host's side`],
          [ready.code, 1, "the host does not allow localhost:1 (--forward)"],
          [ready.view_code, closed, "the host lets you only watch"],
        ] as const
      ) {
        const { join, ports: [port] } = await forwarding(scene, code, [`localhost:${target}`]);
        const curl = await command(scene, ["curl", "-sS", `http://127.0.0.1:${port}/`]);
        assert.notEqual(curl.code, 0);
        await poll(() => join.stderr !== "", SOON, "the reason");
        assert.equal(join.stderr, `beach: localhost:${target}: ${words}\n`);
        join.kill("SIGINT");
        assert.equal((await join.waitForExit(SOON)).code, 130);
      }
      const nonsense = await beach(scene, ["join", "-L", "8080", ready.code]);
      assert.equal(nonsense.code, 2);
      assert.match(nonsense.stderr, /Write 8080:localhost:8080\.\n$/);
    }),
);

/** `beach` in a terminal, to its end. */
async function inTerminal(scene: Scene, args: readonly string[]) {
  const term = scene.terminal([...BEACH, ...args], { cols: 150 });
  const { code } = await term.waitForExit(START);
  return { status: code, text: term.screenText() };
}
