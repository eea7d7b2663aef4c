/** `beach call` with real programs and services: an answer each time, and nothing left behind. */
import assert from "node:assert/strict";
import { poll } from "../../support/deadline.ts";
import { linux, program, testWith } from "../../support/needs.ts";
import { isAlive, readProcess } from "../../support/process_tree.ts";
import { headless } from "../headless.ts";
import { BEACH, Scene, SOON, START } from "../scene.ts";
import { beach, NATIVE_ECHO, type Ran, serveHttp } from "./services_scene.ts";

const errorOf = ({ code, stdout }: Ran) => [code, JSON.parse(stdout).error.code];

testWith(
  [linux, program("python3")],
  "call: a program answers, and an error comes for each fault; its processes end with their viewer",
  () =>
    Scene.play(async (scene) => {
      const host = await headless(scene, {
        args: ["--native", `echo=${NATIVE_ECHO}`, "--max-message", "2KiB", "--request-timeout", "2s"],
      });
      const { code, view_code: viewCode } = host.ready;
      const call = (value: unknown, to: readonly string[] = []) =>
        beach(scene, ["call", code, ...to, JSON.stringify(value)]);

      const plain = await call({ hello: "wörld" });
      assert.equal(plain.code, 0, plain.stderr);
      const { echo, count, pid } = JSON.parse(plain.stdout);
      assert.deepEqual([echo, count], [{ hello: "wörld" }, 1]);
      // Above what JavaScript's numbers hold: nothing on the way alters it.
      const exact = await beach(scene, ["call", code, "9007199254740993"]);
      assert.match(exact.stdout, /"echo":9007199254740993,/);
      const fromStdin = await beach(scene, ["call", code, "echo", "-"], "[1, 2]");
      assert.deepEqual([fromStdin.code, JSON.parse(fromStdin.stdout).echo], [0, [1, 2]]);

      const faults: readonly [what: string, value: unknown, code: string, to?: readonly string[]][] = [
        ["a program that is silent", { do: "silence" }, "timeout"],
        ["one that ends", { do: "exit", status: 3 }, "gone"],
        ["one that says what is no message", { do: "garbage" }, "bad-answer"],
        ["an answer that is too large", { do: "big", bytes: 4000 }, "bad-answer"],
        ["a message that is too large", "x".repeat(4000), "too-large"],
        ["a name that nobody offers", 1, "no-service", ["nobody"]],
      ];
      for (const [what, value, wanted, to] of faults) {
        assert.deepEqual(errorOf(await call(value, to)), [1, wanted], what);
      }
      const watcher = await beach(scene, ["call", viewCode, "1"]);
      assert.deepEqual(errorOf(watcher), [1, "denied"]);
      const noJson = await beach(scene, ["call", code, "{"]);
      assert.deepEqual([noJson.code, noJson.stdout], [2, ""]);
      assert.match(noJson.stderr, /^beach: The message is no JSON: "\{"; wanted JSON, such as [^\n]+\n$/);
      // The session goes on.
      assert.equal((await call(null)).code, 0);

      const first = readProcess(pid);
      await poll(() => !first || !isAlive(first), SOON, "the end of the first viewer's program");
      scene.note();
    }),
);

testWith(
  [linux],
  "call --http: what the service answers as it comes, statuses, and no other origin",
  () =>
    Scene.play(async (scene) => {
      const second = Promise.withResolvers<void>();
      const half = Promise.withResolvers<void>();
      const asked: string[] = [];
      await using elsewhere = serveHttp((request) => {
        asked.push(request.url);
        return new Response("elsewhere");
      });
      await using service = serveHttp(async (request) => {
        const { pathname, search } = new URL(request.url);
        switch (pathname) {
          case "/echo":
            return new Response(
              `${request.method} ${search} ${request.headers.get("x-mine")} ${await request.text()}`,
            );
          case "/events":
            return new Response(
              ReadableStream.from((async function* () {
                yield new TextEncoder().encode("data: 1\n\n");
                await second.promise;
                yield new TextEncoder().encode("data: 2\n\n");
              })()),
              { headers: { "content-type": "text/event-stream" } },
            );
          case "/broken":
            return new Response(
              ReadableStream.from((async function* () {
                yield new TextEncoder().encode("half");
                await half.promise;
                throw new Error("it breaks off");
              })()),
            );
          case "/moved":
            return new Response("moved", {
              status: 302,
              headers: { location: `http://127.0.0.1:${elsewhere.port}/` },
            });
          default:
            return new Response("nothing here", { status: 404 });
        }
      });
      const origin = `http://127.0.0.1:${service.port}`;
      const { ready: { code } } = await headless(scene, { args: ["--serve", `web=${origin}`] });
      const http = (line: string, ...more: string[]) =>
        beach(scene, ["call", code, "web", ...more, "--http", line]);

      const posted = await http("POST /echo?a=1", "the body", "-H", "X-Mine: yes");
      assert.deepEqual([posted.code, posted.stdout], [0, "POST ?a=1 yes the body"], posted.stderr);
      const missing = await http("GET /none");
      assert.deepEqual([missing.code, missing.stdout], [1, "nothing here"]);
      assert.match(missing.stderr, /^beach: The service answered 404 Not Found\.\n$/);
      const moved = await http("GET /moved");
      assert.deepEqual([moved.code, moved.stdout, asked], [0, "moved", []]);
      for (
        const line of [
          "GET http://127.0.0.1/",
          `GET //127.0.0.1:${elsewhere.port}/`,
          `GET /@127.0.0.1:${elsewhere.port}/`,
        ]
      ) {
        await http(line);
        assert.deepEqual(asked, [], line);
      }

      // What is on standard output may go into a file: no error gets into it.
      const broken = scene.run([...BEACH, "call", code, "web", "--http", "GET /broken"]);
      await broken.waitForOutput(/half/, START);
      half.resolve();
      assert.deepEqual([(await broken.waitForExit(SOON)).code, broken.stdout], [1, "half"]);
      assert.match(broken.stderr, /^beach: The answer broke off: the service ended the connection[^\n]*\n$/);

      const events = scene.run([...BEACH, "call", code, "web", "--http", "GET /events"]);
      await events.waitForOutput(/data: 1\n/, START);
      assert.doesNotMatch(events.stdout, /data: 2/);
      second.resolve();
      assert.equal((await events.waitForExit(SOON)).code, 0);
      assert.equal(events.stdout, "data: 1\n\ndata: 2\n\n");
    }),
);
